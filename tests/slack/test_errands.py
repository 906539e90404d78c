import asyncio

from bots.slack.errands import Errands


class Work:
    """Jobs that wait to be let go, and say in which order they began and ended."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    def job(self, name: str):
        gate = self.gates.setdefault(name, asyncio.Event())

        async def run() -> None:
            self.log.append(f"+{name}")
            await gate.wait()
            self.log.append(f"-{name}")
            if name.startswith("bad"):
                raise OSError("secret")

        return run

    def let_go(self) -> None:
        for gate in self.gates.values():
            gate.set()


async def turn() -> None:
    """All that can run now, runs."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_of_one_key_only_the_last_that_waits_is_done_and_after_the_first() -> None:
    errands, work = Errands(), Work()
    for name in ("a1",):
        errands.put("a", work.job(name))
    await turn()
    for name in ("a2", "a3"):
        errands.put("a", work.job(name))
    errands.put("b", work.job("b1"))
    await turn()
    assert work.log == ["+a1", "+b1"]
    work.let_go()
    await errands.finish(20)
    assert [x for x in work.log if "a" in x] == ["+a1", "-a1", "+a3", "-a3"]


async def test_workers_and_waiting_are_bounded() -> None:
    errands, work = Errands(workers=2, most=3), Work()
    for name in "abcdefg":
        errands.put(name, work.job(name))
    await turn()
    errands.put("h", work.job("h"))
    errands.put("i", work.job("i"))
    work.let_go()
    await errands.finish(20)
    assert [x for x in work.log if x[0] == "+"] == ["+e", "+f", "+g", "+h", "+i"]


async def test_a_job_that_fails_stops_no_other(caplog) -> None:
    errands, work = Errands(workers=1), Work()
    for name in ("bad", "good"):
        errands.put(name, work.job(name))
    work.let_go()
    await errands.finish(20)
    assert work.log[-1] == "-good"
    assert "OSError" in caplog.text and "secret" not in caplog.text


async def test_what_takes_too_long_is_left() -> None:
    errands, work = Errands(), Work()
    errands.put("a", work.job("a"))
    await turn()
    await errands.finish(0)
    assert work.log == ["+a"]
