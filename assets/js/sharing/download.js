/** Files for the visitor to take away. */

/** @param {object[]} items @returns {Blob} a line of JSON for each */
export function lines(items) {
  return new Blob(
    items.map((item) => `${JSON.stringify(item)}\n`),
    { type: 'application/jsonl' },
  );
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
