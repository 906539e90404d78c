"""What there are previews of. A function a kind, which raises Refusal for what is gone."""

from collections.abc import Callable, Mapping

from core.broadcasts import looks as broadcasts
from core.digests import preview as digests
from core.polls import looks as polls
from core.previews.specimen import Preview
from core.scene import Scene

KINDS: Mapping[str, Callable[[Scene, int], Preview]] = {
    "broadcast": broadcasts.preview,
    "digest": digests.preview,
    "plan": polls.preview,
}
