// The message box: grows with what is typed, completes commands, and keeps what could not be sent.
import { ask, newKey, trying } from "./api.js";
import { Offers } from "./offers.js";

export class Composer {
  constructor(form, { place, told }) {
    this.form = form;
    this.box = form.querySelector("textarea");
    Object.assign(this, { place, told });
    this.offers = new Offers(this.box, form.querySelector(".offers"), {
      find: () => this.find(),
      take: (offer) => this.take(offer),
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowUp" && !this.box.value && this.said) this.put(this.said);
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.send();
      else return;
      event.preventDefault();
    });
    this.box.addEventListener("input", () => this.grow());
  }

  async find() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const word = before.slice(Math.max(before.lastIndexOf(" "), before.lastIndexOf("\n")) + 1);
    if (!before.startsWith("/") && !before.startsWith("@") && !word.startsWith("@") && !this.place().isDirect) return [];
    const { offers } = await ask("complete", { text: before, ...this.where() });
    return offers.filter((offer) => offer.line !== before);
  }

  where() {
    const { channel, thread } = this.place();
    return { channel, thread };
  }

  take(offer) {
    const rest = this.box.value.slice(this.box.selectionStart).trimStart();
    this.box.value = offer.line + rest;
    this.box.setSelectionRange(offer.line.length, offer.line.length);
    this.grow();
    this.offers.later();
  }

  put(line) {
    this.box.value = line;
    this.box.focus();
    this.box.setSelectionRange(line.length, line.length);
    this.grow();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight + 2, 240)}px`;
  }

  async send() {
    const text = this.box.value;
    if (!text.trim() || this.isSending) return;
    this.isSending = true;
    this.offers.close();
    // The same words that failed are the same message: it is said once, whatever became of the answer.
    if (this.unsent !== text) this.key = newKey();
    this.unsent = text;
    this.box.value = "";
    this.grow();
    const said = await trying(() => ask("say", { text, ...this.where() }, { key: this.key }));
    this.isSending = false;
    if (said) {
      this.said = text;
      this.unsent = undefined;
      this.told(said);
    } else if (!this.box.value) {
      this.box.value = text;
      this.grow();
    }
  }
}
