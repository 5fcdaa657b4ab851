/* Keeps the status of files on the admin's pages up to date, without reloading them.
 *
 * The server sends badges and previews as HTML in the reader's language. Messages may be lost, so each connection
 * begins by asking for the present state of everything that is shown, and asks again while a check is not over. Without
 * this script, or while the server is away, reloading the page shows the same. */
"use strict";
{
  const settings = JSON.parse(document.getElementById("quayside-live").textContent);
  const NOT_FOR_YOU = 4403;
  const FIRST_WAIT = 1000, LONGEST_WAIT = 30000;
  const SAY_AFTER = 8000, ASK_AGAIN = 15000;
  let socket = null, wait = FIRST_WAIT, timer = null, away = null, awayTimer = null;

  document.documentElement.classList.add("has-script");

  const all = (name, id) => document.querySelectorAll(`[data-${name}="${CSS.escape(id)}"]`);
  const shown = () => [...new Set([...document.querySelectorAll("[data-file]")].map((badge) => badge.dataset.file))];

  const announcer = document.createElement("div");
  announcer.className = "visually-hidden";
  announcer.setAttribute("role", "status");
  document.body.append(announcer);

  const update = (file) => {
    let changed = false;
    for (const badge of all("file", file.id)) {
      changed ||= badge.dataset.status !== file.status;
      badge.outerHTML = file.badge;
    }
    if (!changed) return;
    for (const thumb of all("thumb", file.id)) thumb.innerHTML = file.thumb;
    for (const preview of all("preview", file.id)) preview.outerHTML = file.preview;
    const label = all("file", file.id)[0].querySelector(".status-badge").textContent;
    announcer.textContent = settings.texts.changed.replace("%(name)s", file.name).replace("%(status)s", label);
    document.dispatchEvent(new CustomEvent("quayside:file", { detail: file }));
  };

  const unfinished = () => document.querySelector('[data-status="Pending"], [data-status="Processing"]');

  const ask = () => socket.send(JSON.stringify({ watch: shown(), language: document.documentElement.lang }));

  const connect = () => {
    clearTimeout(timer);
    if (!shown().length) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}${settings.socket}`);
    socket.addEventListener("open", () => {
      ask();
      wait = FIRST_WAIT;
      clearTimeout(awayTimer);
      awayTimer = null;
      if (away) away.remove();
    });
    socket.addEventListener("message", (event) => JSON.parse(event.data).files.forEach(update));
    socket.addEventListener("close", (event) => {
      awayTimer ??= setTimeout(sayAway, SAY_AFTER);
      if (event.code === NOT_FOR_YOU) return;
      timer = setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };

  const sayAway = () => {
    if (!unfinished()) return;
    away = document.createElement("p");
    away.className = "live-away";
    away.setAttribute("role", "status");
    away.textContent = settings.texts.away;
    document.body.append(away);
  };

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && socket && socket.readyState === WebSocket.CLOSED) connect();
  });

  /* Retry, without leaving a form that may be half written. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-retry]");
    if (!button) return;
    event.preventDefault();
    button.disabled = true;
    let text = settings.texts.retry_failed;
    try {
      const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
      const headers = { "X-CSRFToken": token, Accept: "application/json" };
      const answer = await fetch(button.getAttribute("formaction"), { method: "POST", headers });
      text = (await answer.json()).detail || text;
    } catch (error) {
      console.warn(error);
    }
    const note = document.createElement("span");
    note.className = "quiet";
    note.textContent = text;
    button.replaceWith(note);
  });

  /* A player over the list. */
  const dialog = document.createElement("dialog");
  dialog.className = "player";
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.replaceChildren());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-play]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tag = { video: "video", audio: "audio", image: "img" }[link.dataset.play];
    if (!tag) return;
    event.preventDefault();
    const heading = document.createElement("h2");
    heading.textContent = link.dataset.name;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "✕";
    close.setAttribute("aria-label", settings.texts.close);
    close.addEventListener("click", () => dialog.close());
    const player = document.createElement(tag);
    player.src = link.href;
    if (tag === "img") player.alt = link.dataset.name;
    else player.controls = player.autoplay = true;
    dialog.replaceChildren(close, heading, player);
    dialog.showModal();
  });

  connect();
  setInterval(() => { if (unfinished() && socket && socket.readyState === WebSocket.OPEN) ask(); }, ASK_AGAIN);
}
