// The sandbox's control calls. A refusal is shown to the person at once, so callers only look at what they need.

import { toast } from "./toasts.js";

async function answerOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { ok: false, error: text.slice(0, 200) || `status ${response.status}` };
  }
}

function reasonOf(answer) {
  if (typeof answer.message === "string") return answer.message;
  if (typeof answer.error === "string") return answer.error;
  return JSON.stringify(answer.error ?? answer);
}

/** POST one control call; answers the server's JSON, or null where the call failed and the person was told. */
export async function control(name, body) {
  let response;
  try {
    response = await fetch(`/_control/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    toast(`The sandbox did not answer (${name}). Is it still running?`);
    return null;
  }
  const answer = await answerOf(response);
  if (!response.ok || answer.ok === false) {
    toast(`${name}: ${reasonOf(answer)}`);
    return null;
  }
  return answer;
}

/** GET one control resource as JSON; throws where the sandbox does not answer. */
export async function look(path) {
  const response = await fetch(`/_control/${path}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}
