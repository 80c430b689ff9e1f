// Sends what Python has not heard yet. A message may be lost, where two of them meet on a busy server: then it goes once
// more. Whoever sends has an `outbox` of events, the name of its `mount`, its `root`, `setTrigger`, and counts its `tries`.

const PATIENCE = 4000; // milliseconds, far beyond the slowest answer
const MOST_TRIES = 3;

function send(sender) {
  clearTimeout(sender.sending);
  sender.setTrigger("event", { mount: sender.mount, events: sender.outbox });
  sender.tries += 1;
  sender.sending = setTimeout(() => {
    if (sender.outbox.length && sender.tries < MOST_TRIES && sender.root.isConnected) send(sender);
  }, PATIENCE);
}
