"""Reading a text as a suspicious person does: through disguises. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from core import markers
from core.beginnings import beginnings
from core.model import Finding

_HOMOGLYPHS = str.maketrans(
    "аАеЕоОрРсСхХуУкКмМтТіІѕЅԁһјԛԝαΑεΕοΟρΡτΤιΙκΚνΝυ",
    "aAeEoOpPcCxXyYkKmMtTiIsSdhjqwaAeEoOpPtTiIkKvNu",
)
_DIGITS = str.maketrans("013457@$!€", "oieastasie")
_DOTTED = str.maketrans("013457@$!€", "öieästäsie")
_LETTERS = "a-zåäö"
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][\s.\-_*·|/]{1,2}){3,}[^\W\d_](?!\w)")
_TOKEN = re.compile(r"[^\W_][\w@$!€*.\-]*[\w@$*]|[^\W_]")


def look(
    text: str, language: str, words: Mapping[str, Sequence[str]], allowed: Iterable[str]
) -> tuple[Finding, ...]:
    """All that can be seen in the text alone. Signs in it say what personal data was there."""
    hidden = markers.kinds(text)
    rest = re.sub("⟦[0-9]⟧", " ", text)
    findings = {
        "personal": " ".join(hidden),
        "name": ", ".join(_names(rest)),
        "links": ", ".join(_strange_hosts(rest, frozenset(allowed))),
        "shouting": _shouted(rest),
        "words": ", ".join(listed(rest, language, words)),
        "language": "other" if _foreign(rest) else "",
    }
    return tuple(Finding(check, saw) for check, saw in findings.items() if saw)


@lru_cache(2048)
def plain(text: str) -> str:
    """Small letters and digits alone, for comparing."""
    folded = unicodedata.normalize("NFKC", text).translate(_HOMOGLYPHS).casefold()
    return " ".join(re.findall(r"\w+", folded))


# --- names ---------------------------------------------------------------------------------------

_SURNAMES = (
    "nen|sen|sella|selle|selta|sesta|seen|sia|ström|strömin|sson|ssonin|qvist|kvist|berg|bergin|lund"
    "|lundin|gren|mäki|mäen|vaara|vaaran"
)
_FULL_NAME = re.compile(
    rf"(?<!\w)[A-ZÅÄÖ][a-zåäöé]{{1,11}}(?:-[A-ZÅÄÖ][a-zåäö]+)?"
    rf" [A-ZÅÄÖ][a-zåäö]{{1,12}}(?:{_SURNAMES})(?!\w)"
)
_NOT_FIRST = frozenset(
    "Espoon Helsingin Vantaan Kauniaisten Suomen Etelä Pohjois Länsi Itä Keski Uusi Vanha Iso Pikku"
    " Pieni Suur Koko Kun Jos Että Mutta Kuka Mikä Miksi Milloin Onko Voiko Esbo Norra Södra Västra"
    " Östra Gamla Nya Stora Lilla The This Why When Where Is Are".split()
)


def _names(text: str) -> list[str]:
    """First and last name, where the last one has a usual ending."""
    found = (match[0] for match in _FULL_NAME.finditer(text))
    return [name for name in dict.fromkeys(found) if name.split()[0] not in _NOT_FIRST]


# --- links ---------------------------------------------------------------------------------------

_ENDINGS = (
    "fi|se|com|net|org|info|biz|ru|ee|eu|io|me|ly|gg|xyz|top|site|online|shop|club|link|app|tv|cc"
)
_DOT = r"(?:\.|\s?[\[({]\s?(?:dot|piste|punkt|\.)\s?[\])}]\s?)"
_LINK = re.compile(
    rf"(?:https?|hxxps?)\s?:\s?//\S+|(?<![\w@.-])(?:[\w-]{{1,63}}{_DOT}){{1,6}}(?:{_ENDINGS})(?![\w-])(?:/\S*)?",
    re.IGNORECASE,
)


def hosts(url: str) -> tuple[str, ...]:
    """The host of an address, "" for none."""
    host = urlsplit(url).hostname if url else ""
    return (host,) if host else ()


def _strange_hosts(text: str, allowed: frozenset[str]) -> list[str]:
    found = dict.fromkeys(_host(match[0]) for match in _LINK.finditer(text))
    return [host for host in found if not _is_allowed(host, allowed)]


def _host(link: str) -> str:
    """As it is written: a letter of another script makes it another host."""
    link = re.sub(_DOT, ".", re.sub(r"^hxxp", "http", link, flags=re.I), flags=re.I)
    link = re.sub(r"\s?:\s?//", "://", link)
    try:
        return urlsplit(link if "://" in link else f"https://{link}").hostname or link
    except ValueError:
        return link


def _is_allowed(host: str, allowed: frozenset[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in allowed)


# --- shouting ------------------------------------------------------------------------------------


def _shouted(text: str) -> str:
    """Mostly capitals, or many exclamation marks. Short names of offices are none."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    loud = [word for word in words if word.isupper()]
    if len(loud) >= 3 and sum(map(len, loud)) >= 0.6 * sum(map(len, words)):
        return " ".join(loud[:5])
    marks = re.search(r"[!?]{4,}|(?:!\s){3,}!", text)
    return marks[0] if marks else ""


# --- words ---------------------------------------------------------------------------------------

SHORT = 5


def _tail(word: str) -> int:
    """Letters that endings may add: none to the shortest, so that *fanns* is no *fan*."""
    return {3: 0, 4: 3, 5: 5}.get(len(word), 12)


def listed(text: str, language: str, words: Mapping[str, Sequence[str]]) -> list[str]:
    """Words of the lists, as they stand in the text. Short ones count in their own language alone:
    Swedish *fan* is a Finnish supporter."""
    found: dict[str, None] = {}
    for token in _tokens(text):
        forms = _undisguised(token)
        if any(
            _is_form(form, word, other)
            for other, list_ in words.items()
            for word in list_
            for form in forms
            if len(word) >= SHORT or other == language
        ):
            found[token] = None
    return list(found)


def _tokens(text: str) -> Iterator[str]:
    for match in _SPACED.finditer(text):
        yield match[0]
    for match in _TOKEN.finditer(text):
        yield match[0]


@lru_cache(8192)
def _undisguised(token: str) -> tuple[str, ...]:
    """What it may stand for: letters of other scripts, digits for letters, letters that are drawn
    out or parted. ``?`` is a letter that was left out (p*rkele)."""
    text = unicodedata.normalize("NFKC", token).translate(_HOMOGLYPHS).casefold()
    masked = re.sub(rf"(?<=[{_LETTERS}])[*#]+(?=[{_LETTERS}])", "?", text)
    guesses = (text, masked.translate(_DIGITS), masked.translate(_DOTTED))
    forms = [re.sub(rf"[^{_LETTERS}?]", "", x) for x in guesses]
    squeezed = [re.sub(r"(.)\1{2,}", r"\1", form) for form in forms]
    doubled = [re.sub(r"(.)\1{2,}", r"\1\1", form) for form in forms]
    return tuple(dict.fromkeys(x for x in (*forms, *squeezed, *doubled) if len(x) > 2))


@lru_cache(65536)
def _is_form(form: str, word: str, language: str) -> bool:
    for start in beginnings(word, language):
        if len(form) < len(start):
            continue
        head, tail = form[: len(start)], form[len(start) :]
        same = head == start or ("?" in head and re.fullmatch(head.replace("?", "[a-zåäö]"), start))
        if same and len(tail) <= _tail(word):
            return True
    return len(word) >= SHORT + 1 and word in form


# --- language ------------------------------------------------------------------------------------

_OURS = frozenset(
    "ja on ei se että en ole mutta myös kun niin tai olla jos kuin jo vain sen tämä nyt ovat pitää"
    " saa voi mikä milloin miksi missä miten onko och att det är en ett på för av den till inte om"
    " har jag vi kan ska var när varför hur the of and to in is that it for are this with be not"
    " have at from or you we can when why how what where".split()
)
_OTHERS = frozenset(
    "und der die das ist nicht wird wir diese dieser warum obwohl ein eine für auf mit den le la"
    " les des est une un pas pour que qui cette pourquoi nos vous nous avec dans el los las por qué"
    " esta este pero siempre nunca una muy con para miks seda kui kuigi ning aga meie palume see"
    " kuidas nie się jest dlaczego nasz proszę bir ve bu için neden çok waa iyo in ay ka ku".split()
)


def _foreign(text: str) -> bool:
    """Whether it is in none of the city's languages: of other letters, or with more of the common
    words of others. Where neither can be told, it is taken for one of ours."""
    letters = [char for char in text if char.isalpha()]
    strange = [char for char in letters if ord(char) > 0x24F]
    if len(letters) >= 8 and len(strange) > 0.5 * len(letters):
        return True
    words = re.findall(r"[^\W\d_]+", text.casefold())
    theirs = sum(word in _OTHERS for word in words)
    return theirs >= 3 and theirs > 2 * sum(word in _OURS for word in words)
