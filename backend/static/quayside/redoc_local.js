/* Redoc shows its maker's mark from another site. This page asks nobody else for anything: such a picture counts as one
 * that could not be loaded, and Redoc then leaves it out. */
"use strict";
{
  const images = HTMLImageElement.prototype;
  const source = Object.getOwnPropertyDescriptor(images, "src");
  const isOurs = (address) => new URL(address, location.href).origin === location.origin || /^(data|blob):/.test(address);
  const leaveOut = (image) => queueMicrotask(() => image.dispatchEvent(new Event("error")));
  images.setAttribute = function (name, value) {
    if (name !== "src" || isOurs(value)) Element.prototype.setAttribute.call(this, name, value);
    else leaveOut(this);
  };
  Object.defineProperty(images, "src", {
    ...source,
    set(value) {
      if (isOurs(value)) source.set.call(this, value);
      else leaveOut(this);
    },
  });
}
