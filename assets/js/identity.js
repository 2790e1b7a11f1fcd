/** Names for drawings, wherever they go. */

/** @returns {string} one that no other drawing has */
export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
