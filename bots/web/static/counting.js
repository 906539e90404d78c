// Counts the ballots of a closed poll from their list: docs/ballot-list.md. Pure. Written apart
// from the server's own counting, and compared with it by the tests.
const Counting = (() => {
  "use strict";
  const FORMAT = "kuulolla-ballots-1";
  const sum = (numbers) => numbers.reduce((all, n) => all + n, 0);

  // What the list says; throws where it is no list. `counts` are the ballots for each option (its
  // points; how often it came first), `answers` the different ballots as [what counts of it, how
  // many], `ballots` what each receipt says, `total` the ballots.
  function read(text) {
    const lines = text.split("\n");
    if (lines.pop() !== "") throw new Error("the last line is cut");
    const head = JSON.parse(lines[0]);
    if (head.format !== FORMAT) throw new Error("another format");
    const answers = new Map();
    const ballots = new Map();
    let before = "";
    for (let i = 1; i < lines.length; i += 1) {
      const [name, answer] = JSON.parse(lines[i]);
      if (name < before) throw new Error("receipts are not in order");
      before = name;
      const said = JSON.stringify(answer);
      const same = answers.get(said);
      if (same) same[1] += 1;
      else if (takes(head, answer)) answers.set(said, [answer, 1]);
      else throw new Error(`line ${i + 1}: an answer that no ballot may give`);
      ballots.set(name, [...(ballots.get(name) || []), answer]);
    }
    const different = passOver(head, [...answers.values()]);
    const total = lines.length - 1;
    return { head, ballots, answers: different, counts: counts(head, different), total };
  }

  const withdrawn = (head) => head.withdrawn || [];

  // Withdrawn options are passed over; a ballot that names nothing else does not count.
  function passOver(head, answers) {
    const gone = withdrawn(head);
    if (!gone.length) return answers;
    const found = new Map();
    for (const [answer, n] of answers) {
      const left = answer.filter((option) => !gone.includes(option));
      const said = JSON.stringify(left);
      const before = found.has(said) ? found.get(said)[1] : 0;
      if (left.length) found.set(said, [left, before + n]);
    }
    return [...found.values()];
  }

  function takes(head, answer) {
    const { kind, options, most } = head;
    const gone = withdrawn(head).length;
    const least = gone ? Math.min(head.least, options.length - gone) : head.least;
    if (!Array.isArray(answer) || !answer.every(Number.isInteger)) return false;
    if (kind === "points") {
      const given = sum(answer);
      return answer.length === options.length && answer.every((n) => n >= 0 && n <= 31)
        && given >= least && given <= most;
    }
    if (kind === "words") return answer.length === 0; // it only says that somebody answered
    const named = new Set(answer);
    if (named.size !== answer.length) return false;
    if (!answer.every((n) => n >= 1 && n <= options.length)) return false;
    if (kind === "ranking") return answer.length >= least && answer.length <= most;
    if (kind === "several") {
      const sorted = answer.every((n, i) => !i || answer[i - 1] < n);
      return sorted && answer.length >= least && answer.length <= most;
    }
    return ["single", "yes_no", "scale"].includes(kind) && answer.length === 1;
  }

  function counts({ kind, options }, answers) {
    const found = options.map(() => 0);
    for (const [answer, n] of answers) {
      if (kind === "points") answer.forEach((given, i) => { found[i] += n * given; });
      else if (kind === "ranking") found[answer[0] - 1] += n;
      else answer.forEach((option) => { found[option - 1] += n; });
    }
    return found;
  }

  // Of a scale; null where nobody answered.
  function mean(found) {
    const all = sum(found);
    return all ? sum(found.map((n, i) => n * (i + 1))) / all : null;
  }

  // Rounds of {counts: option → ballots, spent, out}, and the winners; options from 0. Of options
  // level at the bottom those leave that had fewest in the latest earlier round where they
  // differed, and all of them where they never did; where that is everybody, they share the win.
  // `gone`: withdrawn options, from 1.
  function runOff(size, answers, gone = []) {
    const rounds = [];
    let left = [...Array(size).keys()].filter((option) => !gone.includes(option + 1));
    if (!answers.length) return { rounds, winners: [] };
    for (;;) {
      const found = new Map(left.map((option) => [option, 0]));
      let spent = 0;
      for (const [order, n] of answers) {
        const first = order.find((option) => found.has(option - 1));
        if (first === undefined) spent += n;
        else found.set(first - 1, found.get(first - 1) + n);
      }
      const top = Math.max(...found.values());
      const out = lowest(found, rounds);
      if (2 * top > sum([...found.values()]) || out.length === left.length) {
        rounds.push({ counts: found, spent, out: [] });
        return { rounds, winners: left.filter((option) => found.get(option) === top) };
      }
      rounds.push({ counts: found, spent, out });
      left = left.filter((option) => !out.includes(option));
    }
  }

  function lowest(found, rounds) {
    let last = [...found.keys()];
    for (const { counts: then } of [...rounds, { counts: found }].reverse()) {
      const fewest = Math.min(...last.map((option) => then.get(option)));
      last = last.filter((option) => then.get(option) === fewest);
    }
    return last;
  }

  // Levels of options from 0, the best first, and how many ballots rank one above another. The
  // strength of a link is its winning votes; what is not ranked comes after all that is.
  function schulze(size, answers, gone = []) {
    const all = [...Array(size).keys()];
    const preferred = all.map(() => all.map(() => 0));
    for (const [order, n] of answers) {
      const places = all.map((a) => (order.includes(a + 1) ? order.indexOf(a + 1) : size));
      all.forEach((a) => all.forEach((b) => { if (places[a] < places[b]) preferred[a][b] += n; }));
    }
    const path = all.map((a) => all.map(
      (b) => (preferred[a][b] > preferred[b][a] ? preferred[a][b] : 0),
    ));
    all.forEach((via) => all.forEach((a) => all.forEach((b) => {
      path[a][b] = Math.max(path[a][b], Math.min(path[a][via], path[via][b]));
    })));
    const beats = (a, b) => a !== b && path[a][b] > path[b][a];
    const left = all.filter((a) => !gone.includes(a + 1));
    const rank = new Map(left.map((a) => {
      const [below, above] = [left.filter((b) => beats(b, a)), left.filter((b) => beats(a, b))];
      return [a, below.length * (size + 1) - above.length];
    }));
    const levels = [...new Set(rank.values())].sort((one, other) => one - other);
    const order = levels.map((level) => left.filter((a) => rank.get(a) === level));
    return { order: answers.length ? order : [], preferred };
  }

  return { read, mean, runOff, schulze, withdrawn };
})();

if (typeof module !== "undefined") module.exports = Counting;
