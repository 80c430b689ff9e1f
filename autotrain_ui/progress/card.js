// The card of a session. Everything in it may have been typed by anybody: it is put in as text, never as HTML.

const DECISIONS = [null, ["•", "stays"], ["↑", "goes on"], ["↓", "goes back"]];

function showCard(chart, i, { at, pinned = false }) {
  const { card } = chart.el;
  if (chart.carded !== i || chart.pinned !== pinned) {
    chart.carded = i;
    chart.pinned = pinned;
    card.replaceChildren(...cardParts(chart, i));
    card.classList.toggle("pinned", pinned);
    if (pinned) card.append(cardActions(chart, i));
    laterPictures(chart, i);
  }
  // A popover lies above everything, and no container of the page cuts it off.
  if (!card.matches(":popover-open")) card.showPopover();
  placeCard(card, at);
}

function hideCard(chart) {
  clearTimeout(chart.pictureTimer);
  chart.carded = -1;
  chart.pinned = false;
  if (chart.el.card.matches(":popover-open")) chart.el.card.hidePopover();
}

function placeCard(card, { x, y }) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const right = x + 16 + width <= window.innerWidth - 8;
  const left = right ? x + 16 : Math.max(x - 16 - width, 8);
  // Under the pointer or over it, so that the row that is read stays in sight; where neither has room, beside it.
  const below = y + 20 + height <= window.innerHeight - 8;
  const above = y - 20 - height >= 8;
  const top = below ? y + 20 : above ? y - 20 - height : Math.max(window.innerHeight - height - 8, 8);
  card.style.left = `${Math.min(left, Math.max(window.innerWidth - width - 8, 8))}px`;
  card.style.top = `${top}px`;
}

function cardParts(chart, i) {
  const { picture } = chart;
  const row = rowOf(picture, i);
  const list = element("dl");
  for (const [title, value] of facts(chart, i)) list.append(element("dt", "", title), definition(value));
  const parts = [cardHead(chart, i, row), list];
  const remarks = remarksOf(picture, i);
  if (remarks.length) parts.push(...remarks.map((remark) => element("p", "remark", remark)));
  if (picture.form === "overview") parts.push(element("p", "hint", "More is told when fewer sessions are shown."));
  return parts;
}

function cardHead(chart, i, row) {
  const { picture } = chart;
  const head = element("div", "head");
  const alias = textOf(picture, "subject_alias", i);
  head.append(element("strong", "mouse", picture.mice[row]));
  if (alias) head.append(element("span", "alias", alias));
  const day = dayOf(picture, i, row);
  const when = day === null ? "" : ` · ${dayText(day, { weekday: "short", day: "numeric", month: "short", year: "numeric" })}`;
  head.append(element("span", "when", `session ${sessionOf(picture, i)}${when}`));
  return head;
}

// [title, text or element], in the order in which somebody asks.
function facts(chart, i) {
  const { picture } = chart;
  const { flags, at_stage: atStage } = picture.columns;
  const found = [];
  const suggested = stageOf(picture, "suggested", i);
  const ran = stageOf(picture, "stage", i);
  const following = stageOf(picture, "following", i);
  const decision = DECISIONS[(flags[i] >> AT_DECISION) & 3];
  found.push(["Suggested", suggested ? badge(suggested) : "nothing"]);
  found.push(["Ran", flags[i] & OPEN_LOOP ? "not recorded (open loop)" : ran ? badge(ran) : "not known"]);
  if (decision) found.push(["Decision", signed(decision, following)]);
  else if (following) found.push(["Next", badge(following)]);
  if (atStage?.[i]) found.push(["At this stage", counted(atStage[i], "session")]);
  for (const metric of picture.metrics) {
    const value = picture.columns[`metric:${metric.name}`][i];
    found.push([capital(metric.title), Number.isNaN(value) ? "missing" : measured(value, metric)]);
  }
  for (const [name, title] of [["curriculum", "Curriculum"], ["PI", "PI"], ["project", "Project"], ["trainer", "Trainer"], ["rig", "Rig"]]) {
    const text = textOf(picture, name, i);
    if (text) found.push([title, text]);
  }
  return found;
}

function remarksOf(picture, i) {
  const flags = picture.columns.flags[i];
  const remarks = [];
  if (flags & OVERRIDDEN) remarks.push("◥ Overridden: another stage ran than was suggested.");
  if (flags & UNCERTAIN) remarks.push("? Not certain: a missing value could have changed the decision.");
  return remarks;
}

function badge(stage) {
  const made = element("span", "badge", stage.title);
  made.style.background = stage.fill;
  made.style.color = stage.text;
  return made;
}

function signed([sign, words], following) {
  const made = element("span", "decision");
  made.append(element("b", "", sign), document.createTextNode(` ${words}${following ? " → " : ""}`));
  if (following) made.append(badge(following));
  return made;
}

function definition(value) {
  const made = element("dd");
  made.append(value); // text or an element: append() makes a text node of a text
  return made;
}

function measured(value, { unit, integer }) {
  const digits = integer ? 0 : Math.abs(value) >= 100 ? 1 : 3;
  const number = value.toLocaleString("en-US", { maximumFractionDigits: digits, minimumFractionDigits: integer ? 0 : Math.min(digits, 2) });
  return unit ? `${number} ${unit}` : number;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// A pointer on its way crosses many sessions: only where it rests are pictures asked for.
function laterPictures(chart, i) {
  clearTimeout(chart.pictureTimer);
  if (!chart.picture.pictures.length) return;
  const strip = element("div", "pictures");
  chart.el.card.append(strip);
  chart.pictureTimer = setTimeout(() => {
    for (const [title, pattern] of chart.picture.pictures) {
      const address = addressOf(chart.picture, i, pattern);
      strip.append(address ? figure(title, address) : element("p", "hint", `${title}: no picture`));
    }
  }, 180);
}

function figure(title, address) {
  const made = element("figure");
  const image = element("img");
  image.loading = "lazy";
  image.decoding = "async";
  image.referrerPolicy = "no-referrer";
  image.alt = title;
  image.onerror = () => made.replaceChildren(element("p", "hint", `${title}: no picture`));
  image.src = address;
  made.append(image, element("figcaption", "", title));
  return made;
}

// Python has checked that the pattern is an address of the web; here each value becomes one harmless piece of it.
function addressOf(picture, i, pattern) {
  const row = rowOf(picture, i);
  const day = dayOf(picture, i, row);
  const date = day === null ? "" : new Date(day * 86400000).toISOString().slice(0, 10);
  const suffix = suffixOf(picture, i);
  const subject = picture.mice[row];
  const values = { subject_id: subject, session_date: date, nwb_suffix: suffix, session: String(sessionOf(picture, i)), name: [subject, date, suffix].filter(Boolean).join("_") };
  let whole = true;
  // Without a suffix the joining sign before it goes too, as folders of sessions are called.
  const spelled = suffix ? pattern : pattern.replaceAll("_{nwb_suffix}", "");
  const address = spelled.replace(/\{(\w+)\}/g, (_, word) => {
    const value = values[word];
    // A name of dots would climb to another folder.
    if (!value || /^\.+$/.test(value)) whole = false;
    return encodeURIComponent((value || "").toWellFormed());
  });
  return whole ? address : null;
}

function cardActions(chart, i) {
  const actions = element("div", "actions");
  const open = element("button", "open", "Open");
  open.type = "button";
  open.onclick = () => openSession(chart, i);
  const close = element("button", "", "Close");
  close.type = "button";
  close.onclick = () => hideCard(chart);
  actions.append(open, close);
  return actions;
}
