// A list of messages: in the order of their numbers, changed in place, and no longer than a page can bear.
import { state } from "./api.js";
import { dayOf, showTimes } from "./times.js";

const NEAR = 120; // pixels from the end that still count as being there
const FAR = 400; // pixels from either end at which more is asked for
const SPARE = 50; // messages that may be there beyond those that stay
const CLOSE = 5 * 60_000; // milliseconds between messages that stand as one
const HOLD = 20_000; // milliseconds in which what somebody asked for stays in view

const maker = document.createElement("template");

function made(html) {
  maker.innerHTML = html; // made by the server, which escapes every word that somebody wrote
  return maker.content.firstElementChild;
}

export class List {
  #follows = true;

  // `older`, `newer` and `newest` ask for pages; `start` stands above the first of all; `most` messages stay while others come.
  constructor(list, scroller, { older, newer, newest, onNew, start, inThread = false, most = 150 } = {}) {
    Object.assign(this, { list, scroller, older, newer, newest, onNew, start, inThread, most });
    this.isWhole = true; // nothing is older than the first
    this.isCut = false; // something newer than the last is not here
    this.follows = true;
    this.held = null;
    this.placed = 0;
    this.waiting = new Map();
    this.isBusy = false;
    this.isAsking = false;
    this.turn = 0;
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.follows && this.toEnd()).observe(scroller);
    list.addEventListener("load", () => this.follows && this.toEnd(), { capture: true });
  }

  // Whether it goes to its end as messages come. While it does, the browser does not keep what is above in its place.
  get follows() { return this.#follows; }
  set follows(follows) {
    this.#follows = follows;
    this.scroller.style.overflowAnchor = follows ? "none" : "auto";
  }

  adopt() {
    for (const message of this.messages()) this.dress(message);
    this.group();
    showTimes(this.list);
    this.toEnd();
  }

  messages() { return [...this.list.querySelectorAll(":scope > .message")]; }
  get first() { return this.list.querySelector(":scope > .message"); }
  get last() { return this.list.querySelector(":scope > .message:last-of-type"); }
  find(id) { return this.list.querySelector(`:scope > .message[data-id="${Number(id)}"]`); }

  get toGo() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }
  get isAtEnd() { return !this.isCut && this.toGo < NEAR; }

  // To the end; though no further than what is held stays in view.
  toEnd() {
    const { scroller } = this;
    const held = this.holding();
    const over = held ? held.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8 : Infinity;
    scroller.scrollTop += Math.min(this.toGo, over);
    this.placed = scroller.scrollTop;
    this.follows = true;
  }

  holding() {
    if (this.held && Date.now() > this.held.until) this.held = null;
    return this.held && this.find(this.held.id);
  }

  // Whoever said something is shown it; and an answer that they alone see stays in view for a while, whatever comes after it.
  follow(said) {
    this.follows = true;
    this.placed = this.scroller.scrollTop;
    this.held = said.private ? { id: said.id, until: Date.now() + HOLD } : null;
    if (this.isCut) this.toNewest({ held: this.held });
  }

  async toNewest({ held = null } = {}) {
    this.held = held;
    if (!this.isCut) this.toEnd();
    else await this.asking(this.newest, (page) => { if (page) this.fill(page, held); else this.follows = false; });
  }

  // With those of another channel or thread.
  replace() {
    this.waiting.clear();
    this.list.replaceChildren();
    this.isAsking = false;
    return this.asking(this.newest, (page) => page && this.fill(page));
  }

  fill({ messages, whole }, held = null) {
    this.list.replaceChildren();
    Object.assign(this, { isWhole: whole, isCut: false, follows: true, held, placed: this.scroller.scrollTop });
    this.put(messages);
  }

  // What comes while a page is asked for waits for it, so that nothing falls between the two.
  async asking(ask, take) {
    if (this.isAsking) return;
    const turn = ++this.turn;
    this.isAsking = true;
    const page = await ask();
    if (turn !== this.turn) return;
    this.isAsking = false;
    take(page);
    this.flush();
  }

  // Many at once are drawn once, before the next frame.
  put(messages) {
    for (const message of messages) {
      const known = this.waiting.get(message.id);
      if (!known || known.stamp <= message.stamp) this.waiting.set(message.id, message);
    }
    if (this.waiting.size && !this.isBusy) {
      this.isBusy = true;
      setTimeout(() => this.flush(), 16);
    }
  }

  flush() {
    this.isBusy = false;
    if (this.isAsking) return;
    this.noticeMove();
    const batch = [...this.waiting.values()].sort((one, other) => one.id - other.id);
    this.waiting.clear();
    for (const message of batch) this.draw(message);
    this.shorten();
    this.group();
    if (this.follows && this.isCut && !this.holding()) this.toNewest();
    else if (this.follows) this.toEnd();
    this.onNew?.();
  }

  draw(message, { isOlder = false, isNewer = false } = {}) {
    const old = this.find(message.id);
    if (message.gone) return void old?.remove();
    if (old ? Number(old.dataset.stamp ?? 0) >= message.stamp : this.isElsewhere(message.id, isOlder, isNewer)) return;
    const drawn = made(message.html);
    drawn.dataset.stamp = message.stamp;
    this.dress(drawn);
    showTimes(drawn);
    if (old) {
      const had = old.contains(document.activeElement) ? document.activeElement : null;
      old.replaceWith(drawn);
      if (old.querySelector(".expanded")) drawn.querySelector("[data-more]")?.click();
      if (had) (sameControl(drawn, had) ?? drawn).focus({ preventScroll: true });
      return;
    }
    const after = this.messages().findLast((one) => Number(one.dataset.id) < message.id);
    if (after) after.after(drawn);
    else this.list.prepend(drawn);
  }

  // Before the first or behind the last of those that are here, where not all are.
  isElsewhere(id, isOlder, isNewer) {
    const { first, last } = this;
    if (!first) return false;
    return (!isOlder && !this.isWhole && id < Number(first.dataset.id)) || (!isNewer && this.isCut && id > Number(last.dataset.id));
  }

  dress(message) {
    for (const mention of message.querySelectorAll(`.mention[data-member="${state.member}"]`)) {
      mention.classList.add("mention-me");
      message.classList.add("message-for-me");
    }
  }

  // Whoever goes on within minutes is not named again; and each day is named once.
  group() {
    if (this.start) this.start.hidden = !this.isWhole;
    let before = null;
    for (const divider of this.list.querySelectorAll(":scope > .day")) divider.remove();
    for (const message of this.messages()) {
      const at = new Date(message.dataset.at);
      const isNewDay = !before || at.toDateString() !== new Date(before.dataset.at).toDateString();
      if (isNewDay && !this.inThread) message.before(divider(at));
      const goesOn = !isNewDay && !message.querySelector(".card") && before.dataset.author === message.dataset.author
        && before.matches(".message-private") === message.matches(".message-private")
        && at - new Date(before.dataset.at) < CLOSE;
      message.classList.toggle("goes-on", goesOn);
      before = message;
    }
  }

  // What is far from where somebody looks goes: above while the list follows, below while they read further up.
  shorten() {
    const messages = this.messages();
    const spare = messages.length - this.most;
    if (spare <= SPARE) return;
    if (this.follows && !this.holding()) {
      const root = this.inThread ? 1 : 0;
      for (const message of messages.slice(root, root + spare)) message.remove();
      this.isWhole = false;
      return;
    }
    const end = this.scroller.getBoundingClientRect().bottom;
    const seen = messages.findLastIndex((one) => one.getBoundingClientRect().top < end);
    for (const message of messages.slice(seen + 1 + this.most)) {
      message.remove();
      this.isCut = true;
    }
  }

  // Where the list went by itself says nothing about where somebody wants to be.
  noticeMove() {
    if (Math.abs(this.scroller.scrollTop - this.placed) <= 2) return;
    this.placed = this.scroller.scrollTop;
    this.held = null;
    this.follows = this.isAtEnd;
  }

  scrolled() {
    this.noticeMove();
    const { scrollTop } = this.scroller;
    if (this.isAtEnd) this.onNew?.();
    if (scrollTop < FAR && !this.isWhole && this.older) this.more(this.older, this.first, { isOlder: true });
    else if (this.isCut && !this.follows && this.toGo < FAR) {
      if (this.newer) this.more(this.newer, this.last, { isNewer: true });
      else this.toNewest();
    }
  }

  more(ask, edge, place) {
    return this.asking(() => ask(Number(edge?.dataset.id)), (page) => page && this.steadily(() => {
      for (const message of page.messages) this.draw(message, place);
      if (place.isOlder) this.isWhole = page.whole;
      else this.isCut = !page.whole;
      if (place.isNewer) this.leaveAbove();
      this.group();
    }));
  }

  leaveAbove() {
    const top = this.scroller.getBoundingClientRect().top;
    const messages = this.messages();
    const seen = messages.findIndex((one) => one.getBoundingClientRect().bottom > top);
    for (const message of messages.slice(0, Math.max(0, seen - this.most))) {
      message.remove();
      this.isWhole = false;
    }
  }

  // What somebody looks at stays where it is, whatever comes or goes above it.
  steadily(change) {
    const { top } = this.scroller.getBoundingClientRect();
    const seen = this.messages().find((one) => one.getBoundingClientRect().bottom > top);
    const at = seen?.getBoundingClientRect().top;
    change();
    if (seen?.isConnected) this.scroller.scrollTop += seen.getBoundingClientRect().top - at;
  }
}

function divider(at) {
  const day = document.createElement("p");
  day.className = "day";
  const words = document.createElement("span");
  words.textContent = dayOf(at);
  day.append(words);
  return day;
}

function sameControl(drawn, had) {
  for (const name of ["action", "openThread", "menu", "more"]) {
    if (name in had.dataset) {
      return [...drawn.querySelectorAll("button")].find((one) => one.dataset[name] === had.dataset[name]);
    }
  }
  return null;
}
