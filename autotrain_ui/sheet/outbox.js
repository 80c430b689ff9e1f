// What was written, on its way to Python. Each event has a number and is sent until it was heard: a run of the page
// hears one message only, and a second one may be on its way.

const placeOf = (row, column) => JSON.stringify([row, column]);

function post(s, event) {
  s.sent += 1;
  s.outbox.push({ n: s.sent, ...event });
  s.tries = 0;
  send(s);
  return s.sent;
}

// Returns the places of cells that no longer wait.
function hear(s, heard) {
  if (heard.mount !== s.mount) return [];
  s.heard = Math.max(s.heard, heard.n);
  s.outbox = s.outbox.filter((event) => event.n > s.heard);
  const answered = [...s.waiting].filter(([, wait]) => wait.n <= s.heard).map(([place]) => place);
  for (const place of answered) s.waiting.delete(place);
  return answered;
}
