/* The form of a page. Its blocks begin without empty forms, for a button adds one; a new content gets the next place. */
"use strict";
django.jQuery(() => {
  const isEmpty = (row) =>
    !row.querySelector(".errorlist") &&
    [...row.querySelectorAll("input, select, textarea")].every(
      (control) => ["hidden", "checkbox", "submit", "button"].includes(control.type) || !control.value
    );

  for (const row of document.querySelectorAll(".inline-group .inline-related:not(.has_original):not(.empty-form)")) {
    const remove = row.querySelector(".inline-deletelink");
    if (remove && isEmpty(row)) remove.click();
  }

  const places = () => [...document.querySelectorAll('.inline-related:not(.empty-form) input[name$="-order"]')];
  document.addEventListener("formset:added", (event) => {
    const mine = event.target.querySelector('input[name$="-order"]');
    if (!mine) return;
    mine.value = Math.max(0, ...places().filter((other) => other !== mine).map((other) => Number(other.value) || 0)) + 1;
    const first = event.target.querySelector('input[type="text"]');
    if (first) first.focus();
  });
});
