/** The text of a style sheet that no file of its own holds. Pure. */

/**
 * A style sheet with whole addresses: browsers take those of a constructed one as relative to the page.
 * @param {string} css
 * @param {URL} folder  that its addresses are relative to
 * @returns {string} what is no address, such as "http://", stays as it is
 */
export function addressed(css, folder) {
  return css.replace(/url\((?!["']?(?:data:|#))(["']?)(.*?)\1\)/g, (whole, _quote, address) => {
    try {
      return `url("${new URL(address, folder)}")`;
    } catch {
      return whole;
    }
  });
}
