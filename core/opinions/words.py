"""The report's words in Finnish, Swedish and English."""

from __future__ import annotations

LANGUAGES = ("fi", "sv", "en")

_THIN, _BETWEEN_THOUSANDS = "\N{NO-BREAK SPACE}", {"en": ","}

_WORDS: dict[str, tuple[str, str]] = {
    "Opinion groups": ("Mielipideryhmät", "Åsiktsgrupper"),
    "people": ("osallistujaa", "deltagare"),
    "statements": ("väittämää", "påståenden"),
    "votes": ("ääntä", "röster"),
    "groups": ("ryhmää", "grupper"),
    "Group {letter}": ("Ryhmä {letter}", "Grupp {letter}"),
    "No group": ("Ei ryhmää", "Ingen grupp"),
    "The opinion space": ("Mielipidekartta", "Åsiktskartan"),
    "Each mark is one person. People who voted alike are close together. The axes have no names:"
    " they are the two directions in which opinions differ most.": (
        "Jokainen merkki on yksi osallistuja. Samoin äänestäneet ovat lähellä toisiaan."
        " Akseleilla ei ole nimiä: ne ovat kaksi suuntaa, joissa mielipiteet eroavat eniten.",
        "Varje tecken är en deltagare. De som röstat lika ligger nära varandra. Axlarna har inga"
        " namn: de är de två riktningar där åsikterna skiljer sig mest.",
    ),
    "The same as a table": ("Sama taulukkona", "Samma som tabell"),
    "Group": ("Ryhmä", "Grupp"),
    "Mark": ("Merkki", "Tecken"),
    "circle": ("ympyrä", "cirkel"),
    "square": ("neliö", "kvadrat"),
    "triangle": ("kolmio", "triangel"),
    "diamond": ("vinoneliö", "romb"),
    "cross": ("risti", "kors"),
    "People": ("Osallistujia", "Deltagare"),
    "Share": ("Osuus", "Andel"),
    "Agrees more than the others": ("Muita useammin samaa mieltä", "Håller oftare med än andra"),
    "Disagrees more than the others": ("Muita useammin eri mieltä", "Håller oftare inte med"),
    "There are no opinion groups: {why}": (
        "Mielipideryhmiä ei ole: {why}",
        "Det finns inga åsiktsgrupper: {why}",
    ),
    "nobody has voted yet.": ("kukaan ei ole vielä äänestänyt.", "ingen har röstat ännu."),
    "one person alone has voted.": (
        "vain yksi on äänestänyt.",
        "bara en person har röstat.",
    ),
    "everyone voted alike.": ("kaikki äänestivät samoin.", "alla röstade lika."),
    "What each group stands for": ("Mitä mieltä kukin ryhmä on", "Vad varje grupp står för"),
    "Fewer than {n} people: their opinions are not shown.": (
        "Alle {n} osallistujaa: mielipiteitä ei näytetä.",
        "Färre än {n} deltagare: åsikterna visas inte.",
    ),
    "Statement": ("Väittämä", "Påstående"),
    "This group": ("Tämä ryhmä", "Den här gruppen"),
    "The others": ("Muut", "Övriga"),
    "agree": ("samaa mieltä", "håller med"),
    "disagree": ("eri mieltä", "håller inte med"),
    "fewer than {n} votes": ("alle {n} ääntä", "färre än {n} röster"),
    "What all agree on": ("Mistä ollaan yhtä mieltä", "Vad alla är överens om"),
    "Most people agree or disagree with these, whatever their group.": (
        "Näistä useimmat ajattelevat samoin, ryhmästään riippumatta.",
        "Om dessa tänker de flesta lika, oavsett grupp.",
    ),
    "Groups together": ("Ryhmät yhdessä", "Grupperna tillsammans"),
    "Statements with the highest group-informed consensus: every group tends to agree.": (
        "Väittämät, joista ryhmät ovat eniten yhtä mieltä: jokainen ryhmä on taipuvainen olemaan"
        " samaa mieltä.",
        "Påståenden med störst samförstånd mellan grupperna: varje grupp tenderar att hålla med.",
    ),
    "What divides": ("Mikä jakaa mielipiteitä", "Vad som delar åsikterna"),
    "The groups are furthest from one another on these.": (
        "Näistä ryhmät ovat kauimpana toisistaan.",
        "Om dessa står grupperna längst från varandra.",
    ),
    "Opinions are split most evenly on these.": (
        "Näistä mielipiteet jakautuvat tasaisimmin.",
        "Om dessa är åsikterna mest jämnt delade.",
    ),
    "What is uncertain": ("Mikä on epävarmaa", "Vad som är osäkert"),
    "Fewer than {n} votes, or many passes: too little to say much.": (
        "Alle {n} ääntä tai paljon ohituksia: liian vähän päätelmiin.",
        "Färre än {n} röster, eller många som hoppat över: för lite för slutsatser.",
    ),
    "Everyone": ("Kaikki", "Alla"),
    "Nothing here yet.": ("Ei vielä mitään.", "Inget här ännu."),
    "Participation over time": ("Osallistuminen ajan mukaan", "Deltagande över tid"),
    "{votes} votes from {first} to {last}; most on {day}: {most}.": (
        "{votes} ääntä {first}–{last}; eniten {day}: {most}.",
        "{votes} röster {first}–{last}; flest {day}: {most}.",
    ),
    "How this was computed": ("Miten tämä laskettiin", "Hur detta beräknades"),
    "Groups are found from the votes alone, with the mathematics of Polis: principal components,"
    " k-means and silhouettes. People with fewer than seven votes are in no group when there are"
    " enough others. Percentages are of those who saw the statement.": (
        "Ryhmät löydetään pelkistä äänistä Polisin matematiikalla: pääkomponentit, k-means ja"
        " siluetit. Alle seitsemän kertaa äänestäneet eivät ole missään ryhmässä, kun muita on"
        " riittävästi. Prosentit ovat väittämään vastanneista.",
        "Grupperna hittas bara ur rösterna, med Polis matematik: principalkomponenter, k-means"
        " och silhuetter. De som röstat färre än sju gånger är inte i någon grupp när det finns"
        " tillräckligt många andra. Procenten räknas på dem som svarat på påståendet.",
    ),
    "The same votes give the same groups, in whatever order they came.": (
        "Samat äänet antavat samat ryhmät, missä järjestyksessä tahansa ne tulivatkin.",
        "Samma röster ger samma grupper, i vilken ordning de än kom.",
    ),
    "The groups depend on the order in which people came, as in Polis.": (
        "Ryhmät riippuvat osallistujien tulojärjestyksestä, kuten Polisissa.",
        "Grupperna beror på i vilken ordning deltagarna kom, som i Polis.",
    ),
}


class Words:
    """The report's words in one language; its numbers and dates too."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"The language is one of {', '.join(LANGUAGES)}, not {language!r}.")
        self.language = language

    def __call__(self, english: str, **values: object) -> str:
        column = LANGUAGES.index(self.language)
        words = english if self.language == "en" else _WORDS[english][column]
        return words.format(**values)

    def number(self, n: int) -> str:
        return f"{n:,}".replace(",", _BETWEEN_THOUSANDS.get(self.language, _THIN))

    def percent(self, part: int, whole: int) -> str:
        share = f"{round(100 * part / whole)}" if whole else "–"
        return f"{share}%" if self.language == "en" else f"{share}{_THIN}%"

    def day(self, iso: str) -> str:
        year, month, day = (int(part) for part in iso.split("-"))
        return iso if self.language == "en" else f"{day}.{month}.{year}"
