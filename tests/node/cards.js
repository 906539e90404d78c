// Adaptive Cards on standard input (a JSON list) → for each, what Microsoft's own parser says.
const {
  AdaptiveCard, SerializationContext, Versions,
} = require(`${process.argv[2]}/adaptivecards/dist/adaptivecards.js`);

const told = JSON.parse(require("fs").readFileSync(0, "utf8")).map((json) => {
  const context = new SerializationContext(Versions.v1_5);
  const card = new AdaptiveCard();
  card.parse(json, context);
  const events = [];
  for (let i = 0; i < context.eventCount; i++) {
    events.push(context.getEventAt(i).message);
  }
  const check = card.validateProperties();
  events.push(...check.validationEvents.map((event) => event.message));
  if (card.getItemCount() !== json.body.length) {
    events.push(`${json.body.length - card.getItemCount()} elements were dropped`);
  }
  return events;
});
console.log(JSON.stringify(told));
