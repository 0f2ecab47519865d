// A box with a list of what may come next, for the keyboard as for the mouse: the pattern of an ARIA combobox.
const WAIT = 60; // milliseconds after a key

export class Offers {
  // `find` gives [{value, label, hint}] for the box as it is, `take` puts one into it.
  constructor(box, list, { find, take }) {
    Object.assign(this, { box, list, find, take });
    this.offers = [];
    this.at = -1;
    this.turn = 0;
    box.addEventListener("input", () => this.later());
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    box.addEventListener("keydown", (event) => this.key(event), { capture: true });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.at));
    });
  }

  get isOpen() { return !this.list.hidden; }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), WAIT);
  }

  async look() {
    const turn = ++this.turn;
    const offers = await this.find().catch(() => []);
    if (turn === this.turn && document.activeElement === this.box) this.show(offers ?? []);
  }

  show(offers) {
    // What was marked stays so while the answer to a later key comes in.
    const marked = this.offers[this.at]?.label;
    this.offers = offers;
    this.at = marked === undefined ? -1 : offers.findIndex((offer) => offer.label === marked);
    this.list.replaceChildren(...offers.map((offer, at) => this.option(offer, at)));
    this.list.hidden = offers.length === 0;
    this.box.setAttribute("aria-expanded", String(this.isOpen));
    this.mark();
  }

  option(offer, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.role = "option";
    option.dataset.at = at;
    const label = document.createElement("span");
    label.className = "offer-label";
    label.textContent = offer.label;
    const hint = document.createElement("span");
    hint.className = "offer-hint";
    hint.textContent = offer.hint ?? "";
    option.append(label, hint);
    return option;
  }

  mark() {
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.at)));
    const marked = this.list.children[this.at];
    if (marked) {
      this.box.setAttribute("aria-activedescendant", marked.id);
      marked.scrollIntoView({ block: "nearest" });
    } else this.box.removeAttribute("aria-activedescendant");
  }

  close() {
    this.turn++;
    this.at = -1;
    clearTimeout(this.timer);
    if (this.isOpen) this.show([]);
  }

  choose(at) {
    const offer = this.offers[at];
    this.close();
    if (!offer) return;
    this.take(offer);
    this.box.focus();
  }

  key(event) {
    if (event.isComposing) return;
    if (!this.isOpen) {
      if (event.key === "ArrowDown" && this.box.tagName === "INPUT") this.look();
      return;
    }
    const count = this.offers.length;
    if (event.key === "ArrowDown") this.at = (this.at + 1) % count;
    else if (event.key === "ArrowUp") this.at = (this.at <= 0 ? count : this.at) - 1;
    else if (event.key === "Tab" && !event.shiftKey) this.choose(Math.max(this.at, 0));
    else if (event.key === "Enter" && this.at >= 0) this.choose(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.mark();
  }
}
