// Moments in the reader's own zone: the clock time today, with the day otherwise.
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short", hourCycle: "h23" });

export const clockTime = (at) => clock.format(at);

export function dayOf(at, now = new Date()) {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000);
  const near = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days];
  return near ?? (at.getFullYear() === now.getFullYear() ? day : date).format(at);
}

export function showTimes(within = document) {
  const now = new Date();
  for (const time of within.querySelectorAll("time[data-moment]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const isToday = time.dataset.moment !== "day" && at.toDateString() === now.toDateString();
    const isFar = at.getFullYear() !== now.getFullYear();
    time.textContent = isToday ? clock.format(at) : isFar ? `${date.format(at)}, ${clock.format(at)}` : `${day.format(at)}, ${clock.format(at)}`;
    time.title = whole.format(at);
  }
}

showTimes();
// What was today is yesterday after midnight.
setInterval(showTimes, 600_000);
