import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loading, located, names, narrowed } from '../../../assets/js/pad/choice.js';
import { restricted } from '../../../assets/js/recognition/restrict.js';
import { DIGITS } from '../tasks.js';

const file = (address) => ({ address, integrity: 'sha256-x' });
const SITE = {
  bundle: { network: 'assets/network.js', texts: { en: 'assets/text.en.js' } },
  networks: ['one', 'two'].map((name) => ({ name, files: [file(`models/${name}/model.json?v=1`)], script: file('m.js') })),
  task: DIGITS,
};

test('an attribute lists names between commas, or else between white space', () => {
  assert.deepEqual(names(' a  b\nc '), ['a', 'b', 'c']);
  assert.deepEqual(names('treble clef, bass clef'), ['treble clef', 'bass clef']);
  assert.deepEqual(names(''), []);
  assert.deepEqual(names(null), []);
});

test('files are where the script is, in whatever folder', () => {
  const { bundle, networks } = located(SITE, 'https://a.example/pads/draw-pad.js?x', 'https://b.example');
  assert.deepEqual(bundle, {
    network: 'https://a.example/pads/assets/network.js',
    texts: { en: 'https://a.example/pads/assets/text.en.js' },
  });
  assert.deepEqual(networks[1].files, [file('https://a.example/pads/models/two/model.json?v=1')]);
});

test("another host's scripts have no hash, which a browser could not check there", () => {
  const scripts = ['https://a.example', 'https://b.example'].map(
    (origin) => located(SITE, 'https://a.example/draw-pad.js', origin).networks[0].script.integrity,
  );
  assert.deepEqual(scripts, ['sha256-x', '']);
});

test('without a choice the first network tells all classes apart', () => {
  const { site, places } = narrowed(SITE, { networks: [], classes: [] });
  assert.deepEqual(
    site.networks.map(({ name }) => name),
    ['one'],
  );
  assert.deepEqual([site.task, places], [DIGITS, null]);
});

test('networks are those named, in the order of the site', () => {
  const named = (networks) => narrowed(SITE, { networks, classes: [] }).site.networks.map(({ name }) => name);
  assert.deepEqual(named(['two']), ['two']);
  assert.deepEqual(named(['two', 'one']), ['one', 'two']);
  assert.deepEqual(named(['all']), ['one', 'two']);
});

test('classes are those named, in the order of the site, and no signs are between them', () => {
  const { site, places } = narrowed(SITE, { networks: [], classes: ['7', '1'] });
  assert.deepEqual([site.task.classes, places, site.task.unsigned], [['1', '7'], [1, 7], true]);
});

test('names that the site does not have are refused with those that it has', () => {
  assert.throws(() => narrowed(SITE, { networks: ['three'], classes: [] }), /No network is called "three".*one, two, all/);
  assert.throws(() => narrowed(SITE, { networks: [], classes: ['x'] }), /No class is called "x".*0, 1/);
});

test('probabilities of a few classes are those of all, given that it is one of these', () => {
  const two = [0.1, 0.3, 0.6, 0.5, 0.25, 0.25];
  const expected = [0.25, 0.75, 2 / 3, 1 / 3];
  restricted(two, 2, [0, 1]).forEach((p, i) => {
    assert.ok(Math.abs(p - expected[i]) < 1e-6);
  });
});

test('classes that are all impossible are equally likely', () => {
  assert.deepEqual([...restricted([1, 0, 0], 1, [1, 2])], [0.5, 0.5]);
});

test('networks that answer later are restricted too', async () => {
  const answers = [Float32Array.of(0.5, 0.25, 0.25), Promise.resolve(Float32Array.of(0.5, 0.25, 0.25))];
  for (const answer of answers) {
    const loader = loading({ load: async () => ({ probabilities: () => answer }) }, [1, 2]);
    const network = await loader.load(SITE.networks[0]);
    assert.deepEqual([...(await network.probabilities(new Float32Array(1), 1))], [0.5, 0.5]);
  }
});
