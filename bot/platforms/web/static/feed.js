// What happens meanwhile: server-sent events, followed on from the last stamp this page saw.
const HIDDEN = 20_000; // milliseconds: a browser has six connections for one server, and hidden pages need none

export class Feed {
  constructor(state, { onMessages }) {
    this.state = state;
    this.onMessages = onMessages;
    this.note = document.getElementById("link-state");
    addEventListener("visibilitychange", () => this.seen());
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", () => this.start());
    this.start();
  }

  start() {
    if (this.source) return;
    const { as, stamp } = this.state;
    this.source = new EventSource(`/chat/events?as=${encodeURIComponent(as)}&after=${stamp}`);
    this.source.addEventListener("messages", (event) => {
      this.state.stamp = Math.max(this.state.stamp, Number(event.lastEventId));
      this.onMessages(JSON.parse(event.data));
    });
    this.source.addEventListener("open", () => this.found());
    this.source.addEventListener("error", () => this.lost());
  }

  stop() {
    this.source?.close();
    this.source = undefined;
  }

  found() {
    clearTimeout(this.warning);
    this.warning = undefined;
    this.note.textContent = "";
  }

  lost() {
    this.warning ??= setTimeout(() => { this.note.textContent = "Not connected; trying again…"; }, 1500);
    // A browser gives up by itself where the server answered with an error.
    if (this.source?.readyState === EventSource.CLOSED) {
      this.stop();
      setTimeout(() => this.start(), 2000);
    }
  }

  seen() {
    clearTimeout(this.sleep);
    if (document.hidden) this.sleep = setTimeout(() => this.stop(), HIDDEN);
    else this.start();
  }
}
