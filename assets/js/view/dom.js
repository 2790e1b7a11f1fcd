/** Elements that the templates promise. */

/** @param {string} id @returns {HTMLElement} */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}`);
  return found;
}

/** @param {string} id @returns {boolean} whether this page has that part: the embedded page has few */
export const has = (id) => document.getElementById(id) !== null;

/** @param {string} name  of a template in the page @returns {HTMLElement} a copy of its one element */
export function copy(name) {
  const template = /** @type {HTMLTemplateElement} */ (element(name));
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/** @param {ParentNode} inside @param {string} name @returns {HTMLElement} the part marked data-part="name" */
export function part(inside, name) {
  return /** @type {HTMLElement} */ (inside.querySelector(`[data-part="${name}"]`));
}

/**
 * Write a text where it is another than before: unchanged text costs a layout too.
 * @param {HTMLElement} place @param {string} text
 */
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
