"""What is hidden, and what is let through. Marks in the texts: ⟦kind|what⟧ must be found."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markers import hide
from core.personal_data import Span, find

_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧", re.S)

PERSONAL = """
Hetuni on ⟦identity|131052-308T⟧, miksi maksu tuli minulle?
Henkilötunnus ⟦identity|131052A308T⟧
tunnus ⟦identity|010594Y9032⟧ on uutta muotoa
⟦identity|131052 - 308T⟧ on äitini
Hänen henkilötunnuksensa: ⟦identity|131052–308T⟧.
min personbeteckning är ⟦identity|131052-308t⟧
hetu ⟦identity|131052-3081⟧ kirjoitusvirheellä
hetu: ⟦identity|13.10.52-308T⟧
My identity code is ⟦identity|１３１０５２-308T⟧
Soita ⟦phone|040 123 4567⟧ kun aura tulee
puh. ⟦phone|0401234567⟧
numero on ⟦phone|040-1234567⟧ tai ⟦phone|050 123 4567⟧
⟦phone|+358 40 123 4567⟧ tavoittaa iltaisin
⟦phone|+358401234567⟧
⟦phone|00358 40 123 4567⟧
⟦phone|+358 (0)40 123 4567⟧
⟦phone|(040) 123 4567⟧ päivisin
⟦phone|040.123.4567⟧
⟦phone|0 4 0 1 2 3 4 5 6 7⟧ on numeroni
ring mig på ⟦phone|0457 123 4567⟧
call me: ⟦phone|+46 70 123 45 67⟧
call me: ⟦phone|+44 7911 123456⟧ or ⟦phone|+1 415 555 2671⟧
lankanumero ⟦phone|09 4247 1234⟧
Gsm ⟦phone|٠٤٠ 123 4567⟧
num⟦phone|​040 12​3 4567⟧
Vastatkaa ⟦email|matti.virtanen@gmail.com⟧ kiitos
sähköposti: ⟦email|Anna_K+espoo@posti.example.fi⟧.
skriv till ⟦email|anna@example.se⟧!
⟦email|matti.virtanen (at) gmail.com⟧
⟦email|matti.virtanen(at)gmail(piste)com⟧
⟦email|matti at example piste fi⟧
⟦email|matti [ät] example.fi⟧
⟦email|matti＠example.fi⟧
Asun osoitteessa ⟦address|Kauppakatu 5 B 12⟧ ja aura ei käy
⟦address|Kuitinmäentie 33⟧ on pimeä
Miksi ⟦address|Merituulentie 12 A⟧ jäi väliin
asun ⟦address|olarinkatu 7⟧
osoite: ⟦address|Iso Maantie 3 as 4⟧
Asumme ⟦address|Kuitinmäentiellä 12⟧, missä on kuoppa
⟦address|Helena Westermarckin tie 5⟧
⟦address|Ahertajankaari 4 C 7⟧
⟦address|Sepetlahdentie 2-4⟧ kohdalla
Jag bor på ⟦address|Finnsvägen 12 A 3⟧
Gatlyktan vid ⟦address|Storgatan 5⟧ är sönder
I live at ⟦address|Otakaari 1⟧
home is ⟦address|12 Baker Street⟧
Tilini on ⟦account|FI21 1234 5600 0007 85⟧ palautusta varten
⟦account|FI2112345600000785⟧
tili ⟦account|fi21 1234 5600 0007 85⟧ kiitos
⟦account|DE89 3704 0044 0532 0130 00⟧
⟦account|FI21-1234-5600-0007-85⟧.
konto ⟦account|FI21 1234 5600 0007 86⟧ med ett fel
kortti ⟦card|4111 1111 1111 1111⟧ veloitettiin kahdesti
⟦card|5500-0000-0000-0004⟧
⟦card|378282246310005⟧
Nimeni on ⟦name|Matti Meikäläinen⟧ ja asun täällä
Hej, jag heter ⟦name|Anna-Lena Öst⟧ och undrar
My name is ⟦name|John Smith⟧, hello
Aura ei käy. Terveisin ⟦name|Liisa Virtanen⟧
Hetu ⟦identity|131052-308T⟧, puh ⟦phone|040 123 4567⟧, ⟦email|a@b.fi⟧, ⟦address|Kauppakatu 5⟧
"""
HARMLESS = """
Milloin Kauppakatu aurataan?
Bussi 136 tai 213N tuli klo 7.45 eikä 7:30
Avoinna ma-pe 8.00-16.00 ja la 10–14
Aukiolo 24.12.2026 ja 6.1.2027 klo 10.00-14.00
Hinta nousi 1 250 eurosta 1 480 euroon (18,4 %)
Budjetti on 12 345 678 euroa vuonna 2026
Asemakaava 112400 ja kaavamuutos 230905
02100 Espoo ja 02770 Espoo
Postinumero 00100
Kiinteistö 49-6-102-3 eli 049-006-0102-0003
Y-tunnus 0101263-6
Diaarinumero 1234/10.02.03/2021
Päätös 5678/2021 ja § 112
Kehä 1 ruuhkautuu, Kehä III ei
Länsiväylä 51 on ruuhkainen
Valtatie 1 ja maantie 110
Nopeusrajoitus on 40 km/h, ei 30
Merituulentie 20 km/h rajoitus
Kuitinmäentie 2 viikkoa auraamatta
Kuitinmäentiellä 12 autoa tunnissa
Kuitinmäentie 7.30 aamulla oli jäässä
Pyörätie 5 metriä leveä
Suojatie 3 puuttuu, pyörätie 12 myös
Suojatie 50 metrin päässä
Leikkipuisto 3 vuotta rikki
Koordinaatit 60.2055, 24.6559
Talvi 2025-2026 oli 150 päivää
Lainaan ISBN 978-951-0-12345-6
Kysyn kysymyksestä ESP-12 ja ESP-1234
Soita hätänumeroon 112 tai 116117
Vaihde 0800 123 45 ja 020 12345 maksavat
kirjaamo@espoo.fi ei vastaa
@espoonkaupunki Instagramissa
Kello on 16.00 at the library
Meet me at example dot
Lämpötila -12 ja 4-5 astetta
2 x 4, 10*12, 1/2 ja 3/4
Linja 550 ja 560 vuoroväli 5-7 min
Luokat 1-6 ja 7-9, esikoulu 0-6 v
Puistossa 131052 ja 308 puuta
Tunnus ABC-123
Versio 3.11.14 ja 10.0.0.1
Terveisin huolestunut asukas
Terveisin Espoolainen
Nimeni on salainen
Olen Espoon Keskuksesta
Matinkylä 5 ja Tapiola 3
Rakennus 12, kerros 4, ovi 7
Hinnat 4,90 / 6,50 / 12,00 e
Tilaus 4111 1111 1111 1112
100 000 asukasta, 1 000 000 puuta
Maksu 0400 euroa
Tietyö 3.5.-12.8.2026
Mötet 12.5 kl. 18.00 i rum 203
Buss 213 går 07.15 och 07.45
Mannerheimintien kunnostus 2026–2028
The plan 2050 and 5G, 4K, A4
Lasku 20260312-0451 erääntyi
Viitenumero 1234 5672
Kauppakatu, 5 penkkiä rikki
Torilla 14 myyjää ja rannalla 3
Ranta 2 on suljettu
Portti 5 ei aukea
Vuosi 1952-1960 rakennettu talo
"""


def marked(line: str) -> tuple[str, list[tuple[str, str]]]:
    return _MARK.sub(lambda m: m[2], line), [(m[1], m[2]) for m in _MARK.finditer(line)]


@pytest.mark.parametrize("line", PERSONAL.strip().splitlines())
def test_personal_data_is_found(line):
    text, wanted = marked(line)
    assert wanted
    assert [(s.kind, text[s.start : s.end].strip("\u200b")) for s in find(text)] == [
        (kind, what.strip("\u200b")) for kind, what in wanted
    ]


@pytest.mark.parametrize("line", HARMLESS.strip().splitlines())
def test_what_is_not_personal_stays(line):
    assert [line[s.start : s.end] for s in find(line)] == []


def test_what_is_hidden_once_is_not_found_again():
    once, _ = hide(marked(PERSONAL)[0])
    assert find(once) == []


@given(st.text(max_size=300))
def test_spans_lie_in_order_within_any_text(text):
    spans = find(text)
    ends = [0, *(span.end for span in spans)]
    assert all(isinstance(s, Span) and e <= s.start < s.end <= len(text)
               for s, e in zip(spans, ends, strict=False))  # fmt: skip


@pytest.mark.parametrize(
    "text", ["0" * 2000, "a@" * 1000, "Katu " * 400, "1 " * 1000, "FI21" * 500, "-" * 2000,
             "Aa " * 660 + "katu 5", "a.b" * 600 + "@", "4111 " * 400]
)  # fmt: skip
def test_hostile_text_takes_no_time(text):
    began = process_time()
    find(text)
    assert process_time() - began < 3
