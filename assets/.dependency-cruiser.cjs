/** Which modules may import which: a layer only those below it, the parts of one layer not one another, and none in a circle. */

/** From the top down; a module that is in none of them fails the check. */
const LAYERS = [
  ['entries', '^js/(main|report|embed|collect|draw_pad|offline|service_worker)[.]js$'],
  ['pad', '^js/pad/'],
  ['session', '^js/(session|state|api)[.]js$'],
  ['parts', '^js/(drawing|picture|sharing|collection)/'],
  ['view', '^js/view/'],
  ['models', '^js/(recognition|tensorflow)/'],
  ['base', '^js/(geometry|identity|config|load_script)[.]js$'],
];
const paths = (layers) => layers.map(([, path]) => path).join('|');

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'in-a-layer', severity: 'error', from: { path: '^js/', pathNot: paths(LAYERS) }, to: {} },
    { name: 'from-a-layer', severity: 'error', from: {}, to: { path: '^js/.*[.]js$', pathNot: paths(LAYERS) } },
    ...LAYERS.slice(1).map(([name, path], i) => ({
      name: `${name}-import-downwards`,
      severity: 'error',
      from: { path },
      to: { path: paths(LAYERS.slice(0, i + 1)) },
    })),
    ...['drawing|picture|sharing|collection', 'recognition|tensorflow'].map((folders) => ({
      name: `${folders.replaceAll('|', '-')}-apart`,
      severity: 'error',
      from: { path: `^js/(${folders})/` },
      to: { path: `^js/(${folders})/`, pathNot: '^js/$1/' },
    })),
    {
      name: 'tensorflow-by-its-loader',
      comment: 'Everything else of it is in scripts of its own, which come after the page.',
      severity: 'error',
      from: { path: '^js/', pathNot: '^js/tensorflow/' },
      to: { path: '^js/tensorflow/', pathNot: '^js/tensorflow/loader[.]js$' },
    },
    {
      name: 'pictures-by-their-import',
      comment: 'What makes strokes of them is in a script of its own, which comes with the first picture.',
      severity: 'error',
      from: { path: '^js/', pathNot: '^js/picture/(?!import[.]js)' },
      to: { path: '^js/picture/', pathNot: '^js/picture/import[.]js$' },
    },
  ],
  options: { doNotFollow: { path: 'node_modules' }, includeOnly: '^js/' },
};
