"""Personal data in what residents write, found and hidden before it is kept.

What is hidden is gone: the original is stored nowhere, so no page, post or log can show it.
Names are hidden only where the writer says that it is one ("nimeni on …").
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from core.texts import Texts


class Kind(StrEnum):
    IDENTITY = "identity"
    CARD = "card"
    ACCOUNT = "account"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"
    OTHER = "other"  # that a person saw, and no rule


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: Kind


def find(text: str) -> list[Span]:
    """What is personal, in the order of the text; of overlapping ones the surer kind."""
    plain, origin = _plain(text)
    found: list[Span] = []
    for kind, look in _LOOKS.items():
        for start, end in look(plain):
            span = Span(origin[start], origin[end - 1] + 1, kind)
            if not any(span.start < x.end and x.start < span.end for x in found):
                found.append(span)
    return sorted(found, key=lambda span: span.start)


def label(kind: Kind, t: Texts) -> str:
    return _LABELS[kind](t)


_LABELS: dict[Kind, Callable[[Texts], str]] = {
    Kind.IDENTITY: lambda t: t("personal identity code"),
    Kind.CARD: lambda t: t("card number"),
    Kind.ACCOUNT: lambda t: t("bank account"),
    Kind.EMAIL: lambda t: t("e-mail address"),
    Kind.PHONE: lambda t: t("phone number"),
    Kind.ADDRESS: lambda t: t("home address"),
    Kind.NAME: lambda t: t("name"),
    Kind.OTHER: lambda t: t("personal data"),
}


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with its disguises taken off (digits of other scripts, wide letters, odd dashes
    and blanks, invisible characters), and where each character stood."""
    chars, origin = [], []
    for i, char in enumerate(text):
        if char.isascii() or char in "åäöÅÄÖ":
            plain = char
        elif (digit := unicodedata.digit(char, None)) is not None:
            plain = str(digit)
        elif (category := unicodedata.category(char)) == "Cf":
            continue
        elif category == "Pd" or char == "\N{MINUS SIGN}":
            plain = "-"
        elif category == "Zs":
            plain = " "
        else:
            folded = unicodedata.normalize("NFKC", char)
            plain = folded if len(folded) == 1 else char
        chars.append(plain)
        origin.append(i)
    return "".join(chars), origin


# --- numbers -----------------------------------------------------------------------------------

Places = Iterator[tuple[int, int]]


@cache
def _libraries() -> Any:
    """Ten megabytes that a service without questions never loads."""
    from types import SimpleNamespace

    import phonenumbers
    from stdnum import iban, luhn
    from stdnum.fi import hetu, ytunnus

    return SimpleNamespace(phones=phonenumbers, iban=iban, luhn=luhn, hetu=hetu, ytunnus=ytunnus)


_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])(\d{2}\.?\d{2}\.?\d{2}) ?([-+ABCDEFYXWVU]) ?(\d{3}) ?([0-9A-FHJ-NPR-Y])"
    r"(?![\dA-Za-zÅÄÖåäö])",
    re.IGNORECASE,
)
_SAYS_IDENTITY = re.compile(
    r"(hetu|tunnus|sotu|beteckning|identity|ssn)\w*\W{0,4}\w*\W*$", re.IGNORECASE
)


def _identities(text: str) -> Places:
    """With a wrong check character as well, where it is a letter or the words before say what
    this is: a slip of the finger still tells the day of birth."""
    hetu = _libraries().hetu
    for match in _IDENTITY.finditer(text):
        digits, century, number, check = match.groups()
        code = f"{digits.replace('.', '')}{century}{number}{check}".upper()
        slip = _is_day(digits.replace(".", "")) and (
            check.isalpha() or _SAYS_IDENTITY.search(text[: match.start()])
        )
        if slip or hetu.is_valid(code, allow_temporary=True):
            yield match.span()


def _is_day(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    try:
        date(2000 + year, month, day)
    except ValueError:
        return (day, month) == (29, 2)
    return True


_ACCOUNT = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z\d]){11,30}")


def _accounts(text: str) -> Places:
    """What is written after an account may look like more of it, so shorter ones are tried too;
    a Finnish one of the right length is hidden with a slip in it."""
    valid = _libraries().iban.is_valid
    for match in _ACCOUNT.finditer(text):
        found = match[0]
        for end in range(len(found), 14, -1):
            code = re.sub(r"[ -]", "", found[:end])
            finnish = re.fullmatch(r"FI\d{16}", code, re.I)
            if (finnish or valid(code)) and not found[end : end + 1].isalnum():
                yield match.start(), match.start() + end
                break


_CARD = re.compile(r"(?<![\d+])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\d])")


def _cards(text: str) -> Places:
    for match in _CARD.finditer(text):
        if _libraries().luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield match.span()


_MOBILE = re.compile(
    r"(?<![\d+.,/-])(?:(?:\+|00)358[ .-]?(?:\(0\)[ .-]?)?|\(?0)(?:4\d|50)\)?"
    r"(?:[ ./-]{0,2}\d){5,9}(?!-?\d)"
)
_BUSINESS = re.compile(r"\d{7}-\d")


def _phones(text: str) -> Places:
    """Numbers that ring at a person's: not switchboards that every caller pays alike for, nor
    freephones. Whatever else phonenumbers takes for one is told apart by what stands around it."""
    lib = _libraries().phones
    kind = lib.PhoneNumberType
    personal = {
        kind.MOBILE, kind.FIXED_LINE, kind.FIXED_LINE_OR_MOBILE, kind.VOIP,
        kind.PERSONAL_NUMBER, kind.PAGER,
    }  # fmt: skip
    for match in _MOBILE.finditer(text):
        yield match.span()
    for match in lib.PhoneNumberMatcher(text, "FI", leniency=lib.Leniency.VALID):
        raw = match.raw_string
        if (
            lib.number_type(match.number) in personal
            and len(re.sub(r"\D", "", raw)) >= 7
            and raw[0] in "+0("
            and not _BUSINESS.fullmatch(raw)
            and not re.search(r"[/-]", text[max(0, match.start - 1) : match.start])
            and not re.match(r"[/-]\d", text[match.end :])
            and "/" not in raw
        ):
            yield match.start, match.end


# --- words -------------------------------------------------------------------------------------

_SIGN = r"at|ät|@|miuku(?:mauku)?|snabel-?a"
_AT = rf"\s?(?:@|[(\[{{]\s?(?:{_SIGN})\s?[)\]}}]|\s(?:miukumauku|snabel-?a|ät-merkki)\s)\s?"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|piste|punkt)\s?[)\]}]\s?|\s(?:piste|punkt|dot)\s)"
_HOST = rf"[\w-]+(?:{_DOT}[\w-]+){{0,4}}{_DOT}"
_EMAIL = re.compile(
    rf"(?<![\w.+/-])([\w.+-]+(?:{_DOT}[\w+-]+){{0,3}}){_AT}{_HOST}[a-z]{{2,10}}(?!\w)",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"(?<![\w.+-])([\w.+-]+)\s(?:at|ät)\s(?!www\.){_HOST}(?:fi|com|net|org|se|ee|eu)(?!\w)",
    re.IGNORECASE,
)
_ROLES = frozenset(
    "asiakaspalvelu espooinfo feedback info kaupunki kirjaamo kirjasto kundtjanst neuvonta noreply"
    " palaute registrator support toimisto tuki viestinta".split()
)
"""Mailboxes of offices, not of people."""


def _emails(text: str) -> Places:
    for pattern in (_EMAIL, _SPELLED):
        for match in pattern.finditer(text):
            if match[1].casefold() not in _ROLES:
                yield match.span()


_STREETS = (
    "katu|kadun|kadulla|kadulta|tie|tien|tiellä|tieltä|kuja|kujan|kujalla|polku|polun|polulla|väylä"
    "|väylän|raitti|raitin|kaari|kaaren|rinne|rinteen|ranta|rannan|aukio|portti|portin|penger|laita"
    "|kierto|kierron|kulma|rivi|piha|pihan|mäki|tori|kallio|niitty|puistikko|esplanadi|vägen|gatan"
    "|gränden|stigen|stranden|svängen|backen|brinken|bågen|kroken|torget|platsen|allén"
)
_NUMBER = r"\d{1,3}(?:\s?-\s?\d{1,3})?(?![\d.,:/%-]*\d|\s?[%€°])"
_STAIR = (
    r"(?:(?:,\s?|\s)?[A-Za-z](?![\wåäöÅÄÖ])(?:\s?\d{1,3}(?!\d))?)?"
    r"(?:,?\s?(?:as|asunto|bost|bostad|apt|lägenhet|rappu)\.?\s?\d{1,3})?(?::\w{1,4})?"
)
_UNITS = (
    r"(?!\s?(?:[a-zåäö]+|\d+)?\s?(?:km|m|cm|mm|kg|g|h|min|s|kpl|e|eur|euroa?|dB|kV|kk|v)\b|\s(?:viik"
    r"|päiv|metri|kilomet|kert|vuo|auto|tunti|tunn|minuut|kuukau|prosent|kaist|kulkij|asuk|talo|las[te]"
    r"|klo\b|veck|dag|meter|kilom|gång|år|bil|timm|månad|procent|fil|week|day|met|time|year|car|hour"
    r"|month|percent|lane|people|person|ihmis|puu|penk|valo|koira))"
)
"""After a number: what is counted or measured, so that no house has it."""
_ADDRESS = re.compile(
    r"(?<![\w-])(?P<street>(?:(?:Iso|Vanha|Uusi|Pikku|Vähä|Ylä|Ala|Stora|Lilla|Gamla|Nya)\s)?"
    rf"[A-Za-zÅÄÖåäö][\wåäö'-]*?-?(?:{_STREETS})"
    r"|(?:[A-ZÅÄÖ][\w-]+\s){1,3}(?:tie|katu|kuja|polku|raitti|väg|gata|gränd|stig))"
    rf"\s(?:numero(?:ssa)?\s|nro\s|nr\s)?{_NUMBER}{_STAIR}{_UNITS}(?!\w)",
)
_ENGLISH = re.compile(
    r"(?<!\w)\d{1,4}[A-Za-z]?\s(?:[A-Z][\w-]+\s){1,3}(?:Street|Road|Avenue|Lane|Drive)\b"
)
_GENERIC = re.compile(
    r"(?:pyörä|suoja|maan|valta|kanta|yksityis|moottori|kävely|rauta|kehä|sivu|pää|kierto|hiekka|metsä"
    r"|piha|ajo|ulkoilu|asuin|tontti|kokooja|katu|hätä|poistumis|meri|vesi|hiihto|uima|kirkko|länsi"
    r"|itä|turun|tuusulan|hämeenlinnan|lahden|porvoon)?(?:tie|katu|kadun|tien|tiellä|kadulla|väylä"
    r"|väylän|polku|polun|polulla|kuja|ranta|rannan|mäki|mäen|piha|pihan|tori|portti|vägen|gatan"
    r"|stigen|platsen|torget|stranden)",
    re.IGNORECASE,
)
"""Kinds of ways, and roads that nobody lives on."""
_AT_HOME = re.compile(
    r"(osoit|asun|asuu|asumme|adress|bor|live|koti|hemma)\w*\W{1,3}(?:\w+\W)?$", re.IGNORECASE
)


def _addresses(text: str) -> Places:
    """A street with a house number. In small letters only after words that say that it is home:
    "pyörätie 5" is no address."""
    for match in _ADDRESS.finditer(text):
        street, before = match["street"], text[: match.start()]
        if _GENERIC.fullmatch(street):
            continue
        if street[0].isupper() or _AT_HOME.search(before):
            yield match.span()
    for match in _ENGLISH.finditer(text):
        yield match.span()


_CAPITAL = r"[A-ZÅÄÖ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöéü]+)?"
_NAME = re.compile(
    r"(?:(?i:nimeni on|minun nimi on|nimi on|jag heter|mitt namn är|my name is)\s)"
    rf"(?P<name>{_CAPITAL}(?:\s{_CAPITAL}){{0,2}})"
)
_SIGNED = re.compile(
    r"(?:^|\s)(?i:terveisin|terv\.?|kiittäen|t\.|mvh|hälsningar|hälsar|regards|sincerely)[,:]?\s+"
    rf"(?P<name>{_CAPITAL}\s{_CAPITAL})\W*$"
)


def _names(text: str) -> Places:
    for pattern in (_NAME, _SIGNED):
        for match in pattern.finditer(text):
            yield match.span("name")


_LOOKS: dict[Kind, Callable[[str], Places]] = {
    Kind.IDENTITY: _identities,
    Kind.ACCOUNT: _accounts,
    Kind.CARD: _cards,
    Kind.EMAIL: _emails,
    Kind.PHONE: _phones,
    Kind.ADDRESS: _addresses,
    Kind.NAME: _names,
}
"""In the order of sureness: digits of an account are no phone number."""
