/* Makes the control for a library file pleasanter: files can be dropped on it, and what was picked is shown and checked
 * before anything is sent. Everything is delegated, so controls that are added later work too. Without this script the
 * control is plain and complete. */
"use strict";
{
  const size = (box, bytes) => {
    const units = box.dataset.units.split(" ");
    let unit = 0, value = bytes;
    while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
    const number = value.toLocaleString(document.documentElement.lang || undefined, { maximumFractionDigits: 1 });
    return `${number} ${units[unit]}`;
  };
  const previews = new WeakMap();

  const problem = (box, input, file) => {
    const accepted = input.accept ? input.accept.split(",") : [];
    if (!file.size) return box.dataset.textEmpty;
    if (accepted.length && !accepted.some((end) => file.name.toLowerCase().endsWith(end))) return box.dataset.textType;
    if (file.size > Number(box.dataset.maxSize)) return box.dataset.textSize;
    return "";
  };

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const preview = (file) => {
    const tag = { image: "img", video: "video", audio: "audio" }[file.type.split("/")[0]];
    if (!tag || file.type === "image/svg+xml") return null;
    const made = element(tag);
    made.src = URL.createObjectURL(file);
    if (tag === "img") made.alt = "";
    else made.controls = true;
    // It is not what its name says; the server will tell.
    made.addEventListener("error", () => made.remove());
    return made;
  };

  const forget = (box) => {
    for (const url of previews.get(box) || []) URL.revokeObjectURL(url);
    previews.delete(box);
  };

  /* All that was picked but this file. */
  const leaveOut = (box, input, file) => {
    const others = new DataTransfer();
    for (const other of input.files) if (other !== file) others.items.add(other);
    input.files = others.files;
    show(box, input);
    input.focus();
  };

  const row = (box, input, file) => {
    const made = element("div", "", "async-file-row");
    const wrong = problem(box, input, file);
    const small = !wrong && input.files.length <= 8 ? preview(file) : null;
    if (small) made.append(small);
    const facts = element("div", "", "async-file-facts");
    facts.append(element("span", `${file.name} · ${size(box, file.size)}`));
    if (wrong) facts.append(element("span", wrong, "problem"));
    const cancel = element("button", box.dataset.textCancel);
    cancel.type = "button";
    cancel.setAttribute("aria-label", `${box.dataset.textCancel}: ${file.name}`);
    cancel.addEventListener("click", () => leaveOut(box, input, file));
    made.append(facts, cancel);
    return made;
  };

  const show = (box, input) => {
    const picked = box.querySelector(".async-file-picked");
    forget(box);
    picked.replaceChildren(...[...input.files].map((file) => row(box, input, file)));
    picked.hidden = !input.files.length;
    previews.set(box, [...picked.querySelectorAll("[src]")].map((shown) => shown.src));
  };

  /* An upload, a choice from the library and a removal exclude one another; the last one touched wins. */
  const only = (box, touched) => {
    const input = box.querySelector("input[type=file]");
    const select = box.querySelector("select");
    const clear = box.querySelector(".async-file-clear input");
    if (touched !== input && input.value) { input.value = ""; show(box, input); }
    if (select && touched !== select && select.value) {
      select.value = "";
      if (window.django && django.jQuery) django.jQuery(select).trigger("change.select2");
    }
    if (clear && touched !== clear) clear.checked = false;
  };

  const changed = (control) => {
    const box = control.closest("[data-async-file]");
    if (!box) return;
    if (control.type === "file") show(box, control);
    const given = control.type === "checkbox" ? control.checked : control.value;
    if (given) only(box, control);
  };

  document.addEventListener("change", (event) => changed(event.target));
  /* The search of the admin announces a choice through jQuery alone. */
  if (window.django && django.jQuery) {
    django.jQuery(document).on("select2:select", "[data-async-file] select", (event) => changed(event.target));
  }

  const boxOf = (event) => (event.target.closest ? event.target.closest("[data-async-file]") : null);
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    const box = boxOf(event);
    if (!box || !carriesFiles(event)) return;
    event.preventDefault();
    box.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    const box = boxOf(event);
    if (box && !box.contains(event.relatedTarget)) box.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const box = boxOf(event);
    if (!box || !carriesFiles(event)) return;
    event.preventDefault();
    box.classList.remove("is-over");
    const input = box.querySelector("input[type=file]");
    const dropped = new DataTransfer();
    const files = input.multiple ? [...event.dataTransfer.files] : [...event.dataTransfer.files].slice(0, 1);
    for (const file of files) dropped.items.add(file);
    input.files = dropped.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
