// What happened, on its way to Python. Each event has a number and is sent until it was heard: a run of the page hears
// one message only, and a second one may be on its way.

const MOVING = 300;

function tell(c, event) {
  sendMove(c);
  post(c, event);
}

function post(c, event) {
  c.sent += 1;
  const mark = event.edge ? { mark: c.marks[event.edge] } : {};
  c.outbox.push({ n: c.sent, at: Date.now(), ...event, ...mark });
  c.tries = 0;
  send(c);
  return c.sent;
}

function hear(c, heard) {
  if (heard.mount !== c.mount || heard.n <= c.heard) return;
  c.heard = heard.n;
  c.tries = 0;
  c.outbox = c.outbox.filter((event) => event.n > c.heard);
  if (c.outbox.length) send(c); // Python waited with these until this answer was drawn
  for (const [id, moved] of c.moved) if (moved.n <= c.heard) c.moved.delete(id);
  for (const [id, n] of c.leaving) if (n <= c.heard) c.leaving.delete(id);
}

// A moved box stays where it was dropped until Python has answered; several steps with the keys are one move.
function moveTo(c, id, x, y, { wait = 0 } = {}) {
  if (c.moving && c.moving !== id) sendMove(c);
  c.moved.set(id, { x, y, n: Infinity });
  c.moving = id;
  clearTimeout(c.movingTimer);
  if (wait) c.movingTimer = setTimeout(() => sendMove(c), wait);
  else sendMove(c);
}

function sendMove(c) {
  clearTimeout(c.movingTimer);
  const moved = c.moved.get(c.moving);
  const id = c.moving;
  c.moving = null;
  if (moved && moved.n === Infinity) moved.n = post(c, { type: "move", node: id, x: moved.x, y: moved.y });
}
