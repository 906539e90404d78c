"""Opinion groups and what they agree on, from agree, disagree and pass: the mathematics of Polis.

    conversation = read_export(Path("folder"))
    analysis = analyse(conversation.votes, conversation.statements)

Needs numpy and scipy, and nothing else of this project. docs/opinions.md tells it all."""

from core.opinions.analysis import Analysis, Mode, analyse
from core.opinions.conversation import Conversation, Statement
from core.opinions.reading import read_export
from core.opinions.report import report
from core.opinions.result import plain
from core.opinions.routing import Agenda, next_statement, priorities
from core.opinions.table import ExportError
from core.opinions.votes import AGREE, DISAGREE, PASS, Votes, from_storage_sign
from core.opinions.writing import write_export, write_older_export

__all__ = [
    "AGREE",
    "DISAGREE",
    "PASS",
    "Agenda",
    "Analysis",
    "Conversation",
    "ExportError",
    "Mode",
    "Statement",
    "Votes",
    "analyse",
    "from_storage_sign",
    "next_statement",
    "plain",
    "priorities",
    "read_export",
    "report",
    "write_export",
    "write_older_export",
]
