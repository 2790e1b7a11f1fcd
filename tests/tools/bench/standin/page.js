// @ts-nocheck: a tutorial's script; its libraries come from script elements
/**
 * The usual tutorial page: a black canvas, squeezed to 28 x 28 when Predict is pressed, and a bar chart of the answer.
 * It does what such pages do and no less: whole libraries, TensorFlow.js's default backend, a new chart for each
 * answer, and no tidying up after a prediction.
 */
const canvas = document.getElementById('canvas');
const context = canvas.getContext('2d');
let model;
let chart;
let drawing = false;

async function loadModel() {
  model = await tf.loadLayersModel('model/model.json');
}

function clearCanvas() {
  context.fillStyle = 'black';
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function startLine(x, y) {
  context.strokeStyle = 'white';
  context.lineWidth = 20;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(x, y);
}

function drawLine(x, y) {
  context.lineTo(x, y);
  context.stroke();
}

function preprocess() {
  return tf.browser
    .fromPixels(canvas)
    .resizeNearestNeighbor([28, 28])
    .mean(2)
    .expandDims(2)
    .expandDims()
    .toFloat()
    .div(255);
}

async function predict() {
  const output = model.predict(preprocess());
  return Array.from(await output.data());
}

function showChart(probabilities) {
  if (chart) chart.destroy();
  const labels = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const datasets = [{ label: 'Prediction', backgroundColor: '#f50057', data: probabilities }];
  chart = new Chart('chart_box', { type: 'bar', data: { labels, datasets } });
}

$('#canvas').on('mousedown', (event) => {
  drawing = true;
  startLine(event.offsetX, event.offsetY);
});
$('#canvas').on('mousemove', (event) => {
  if (drawing) drawLine(event.offsetX, event.offsetY);
});
$(document).on('mouseup', () => {
  drawing = false;
});
$('#clear_canvas').on('click', clearCanvas);
$('#predict_canvas').on('click', async () => showChart(await predict()));

clearCanvas();
window.ready = loadModel(); // for whoever measures
