import pytest

from core.questions.own_case import speaks_of_own_case


@pytest.mark.parametrize(
    "text",
    [
        "Missä vaiheessa hakemukseni on?",
        "Miksi päätökseni viipyy?",
        "En hyväksy saamaani päätöstä, miten päätöksestäni valitetaan",
        "Lapseni päiväkotipaikka on väärässä paikassa",
        "Koska meidän hakemus käsitellään",
        "Laskuni on väärin",
        "tyttäreni uusi koulupaikka ei ole meille sopiva",
        "Äitini palvelutarve pitäisi arvioida",
        "mun päätös ei oo tullu",
        "Toimeentulotukeni viipyy",
        "Onko asumistukihakemukseni jo käsitelty?",
        "Miksi vesilaskumme on näin suuri?",
        "När behandlas min ansökan?",
        "Varför dröjer mitt utkomststöd?",
        "Var är min bygglovsansökan?",
        "Mitt barns daghemsplats är för långt borta",
        "Min senaste faktura är fel",
        "When will my application be handled?",
        "My son's daycare place is too far",
        "I do not agree with our decision",
    ],
)
def test_ones_own_case(text):
    assert speaks_of_own_case(text)


@pytest.mark.parametrize(
    "text",
    [
        "Milloin meidän katu aurataan?",
        "Kuinka kauan hakemusten käsittely kestää?",
        "Miten päiväkotipaikkaa haetaan?",
        "Onko päätös tehty uimahallista?",
        "Mielestämme puisto on hieno",
        "Tyttäreni aloittaa ekaluokan syksyllä, mihin kouluun hän menee?",
        "Sain kaupungilta laskun, jota en ymmärrä",
        "Asiamiehen yhteystiedot",
        "Tukeeko kaupunki asukasyhdistyksiä?",
        "Laskunimikkeet puuttuvat budjetista",
        "Varför stöder staden inte min förening?",
        "Hur ansöker man om dagvårdsplats?",
        "Min gata är full av snö",
        "My street is dark",
        "How do I appeal a decision of the council?",
        "",
    ],
)
def test_what_concerns_everybody(text):
    assert not speaks_of_own_case(text)
