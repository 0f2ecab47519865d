// Asking the server: JSON both ways. What it says is wrong is shown where it can be read.
export const state = JSON.parse(document.querySelector(".app").dataset.state);

export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

export class Problem extends Error {}

export async function ask(deed, body, { key } = {}) {
  const asked = { as: state.as, channel: state.channel, key: key ?? newKey(), ...body };
  let answer;
  try {
    answer = await fetch(`/chat/${deed}`, {
      method: "POST", body: JSON.stringify(asked), headers: { "Content-Type": "application/json" },
    });
  } catch {
    throw new Problem("The server does not answer. Is it running?");
  }
  const said = await answer.json().catch(() => ({ problem: "The server answered in a way this page does not know." }));
  if (!answer.ok) throw new Problem(said.problem);
  return said;
}

export function toast(words) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = words;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    toast(error.message);
    return undefined;
  }
}
