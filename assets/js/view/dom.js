/** Elements that the templates promise. */

/** Where a page's elements are: the document, or the shadow tree of a custom element. @typedef {Document | ShadowRoot} Root */

/** @param {string} id @param {Root} [root] @returns {HTMLElement} */
export function element(id, root = document) {
  const found = root.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}`);
  return found;
}

/** @param {string} id @param {Root} [root] @returns {boolean} whether this page has that part: the embedded page has few */
export const has = (id, root = document) => root.getElementById(id) !== null;

/** @param {string} name  of a template in the page @param {Root} [root] @returns {HTMLElement} a copy of its one element */
export function copy(name, root) {
  const template = /** @type {HTMLTemplateElement} */ (element(name, root));
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
