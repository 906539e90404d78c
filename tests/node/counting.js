// Lists of ballots on standard input (JSON) → what the page's own script counts of each.
const Counting = require("../../bots/web/static/counting.js");

const told = JSON.parse(require("fs").readFileSync(0, "utf8")).map((text) => {
  try {
    const { head, counts, answers, total, ballots } = Counting.read(text);
    const size = head.options.length;
    const ranked = head.kind === "ranking";
    const gone = Counting.withdrawn(head);
    const runOff = ranked ? Counting.runOff(size, answers, gone) : null;
    return {
      counts,
      total,
      receipts: [...ballots],
      mean: head.kind === "scale" ? Counting.mean(counts) : null,
      rounds: runOff && runOff.rounds.map((r) => [[...r.counts], r.spent, r.out]),
      winners: runOff && runOff.winners,
      schulze: ranked ? Counting.schulze(size, answers, gone) : null,
    };
  } catch (error) {
    return { error: error.message };
  }
});
console.log(JSON.stringify(told));
