/* The form of a page. Its blocks begin without empty forms, for a button adds one; a new content gets the next place;
 * and a list of all contents, whatever their types, moves them by mouse or keyboard. */
"use strict";
{
  /* What a control holds in a form that nobody has written in: Django keeps one of each type to copy from. */
  const untouched = (control) => {
    const name = control.name.replace(/-\d+-/, "-__prefix__-");
    return control.closest(".inline-group").querySelector(`.empty-form [name="${name}"]`)?.value || "";
  };
  const isEmpty = (row) =>
    !row.querySelector(".errorlist") &&
    [...row.querySelectorAll("input, select, textarea")].every(
      (control) =>
        ["hidden", "checkbox", "submit", "button"].includes(control.type) || control.value === untouched(control)
    );
  const rows = () => [...document.querySelectorAll(".inline-group .inline-related:not(.empty-form)")];
  const place = (row) => row.querySelector('input[name$="-order"]');
  const title = (row) => row.querySelector('input[name$="-title"]');
  const isGoing = (row) => row.querySelector('.delete input[type="checkbox"]')?.checked;
  const number = (row) => (place(row).value === "" ? Infinity : Number(place(row).value));
  /* A form without a place comes last; those of one place keep the order of the page. */
  const inOrder = () =>
    rows().filter((row) => place(row) && !isGoing(row) && !isEmpty(row)).sort((a, b) => number(a) - number(b) || 0);

  const panel = () => document.getElementById("contents-in-order");
  let dragged = null;

  const move = (row, to) => {
    const all = inOrder().filter((other) => other !== row);
    all.splice(to, 0, row);
    all.forEach((other, index) => { place(other).value = index + 1; });
    draw();
  };

  const button = (sign, row, to, last) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.disabled = to < 0 || to > last;
    made.addEventListener("click", () => {
      move(row, to);
      panel().querySelectorAll("li")[to].querySelector(`button[data-sign="${sign}"]`).focus();
    });
    made.dataset.sign = sign;
    return made;
  };

  const item = (row, index, last) => {
    const line = document.createElement("li");
    line.draggable = true;
    const kind = document.createElement("span");
    kind.className = "quiet";
    kind.textContent = row.querySelector("h3 b").textContent.replace(/:$/, "");
    const link = document.createElement("a");
    link.href = `#${row.id}`;
    line.append(button("↑", row, index - 1, last), button("↓", row, index + 1, last), kind, link);
    line.addEventListener("dragstart", (event) => { dragged = row; event.dataTransfer.effectAllowed = "move"; });
    line.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
    line.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      move(dragged, index);
      dragged = null;
    });
    line.addEventListener("dragend", () => { dragged = null; });
    return line;
  };

  const label = (line, row) => {
    const name = title(row).value || panel().dataset.untitled;
    line.querySelector("a").textContent = name;
    const [up, down] = line.querySelectorAll("button");
    up.setAttribute("aria-label", `${panel().dataset.up}: ${name}`);
    down.setAttribute("aria-label", `${panel().dataset.down}: ${name}`);
  };

  /* The list is made anew only when its order has changed: a title changes as its field is left, which may be because a
   * button of the list is being pressed. */
  let drawn = [];
  const draw = () => {
    const all = inOrder();
    const lines = panel().querySelector("ol");
    if (all.length !== drawn.length || all.some((row, index) => row !== drawn[index])) {
      lines.replaceChildren(...all.map((row, index) => item(row, index, all.length - 1)));
      drawn = all;
    }
    all.forEach((row, index) => label(lines.children[index], row));
    panel().hidden = all.length < 2;
  };

  django.jQuery(() => {
    for (const row of rows()) {
      const remove = row.classList.contains("has_original") ? null : row.querySelector(".inline-deletelink");
      if (remove && isEmpty(row)) remove.click();
    }
    draw();
  });
  /* On a new page Django puts the focus on the first control, which is a button to save it. */
  window.addEventListener("load", () => {
    if (document.activeElement?.closest(".submit-row")) document.getElementById("id_title")?.focus();
  });
  document.addEventListener("formset:added", (event) => {
    const mine = place(event.target);
    if (!mine) return;
    const others = rows().map(place).filter((other) => other && other !== mine);
    mine.value = Math.max(0, ...others.map((other) => Number(other.value) || 0)) + 1;
    title(event.target).focus();
    draw();
  });
  document.addEventListener("formset:removed", draw);
  document.addEventListener("change", (event) => { if (event.target.closest(".inline-related")) draw(); });
}
