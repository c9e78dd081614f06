// Logits to what is shown: calibrated probabilities and how unsure they are. Pure; the temperatures are fitted in
// training and come with the model.

/**
 * softmax(logits / temperature), row by row; `logits` are rows x classes.
 * `temperature` was fitted on validation data (Guo et al., ICML 2017); 1 leaves the model's own confidence.
 */
export function calibrate(logits: Float32Array, classes: number, temperature: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = row; c < row + classes; c++) highest = Math.max(highest, logits[c] as number);
    let total = 0;
    for (let c = row; c < row + classes; c++) total += Math.exp(((logits[c] as number) - highest) / temperature);
    for (let c = row; c < row + classes; c++) {
      probabilities[c] = Math.exp(((logits[c] as number) - highest) / temperature) / total;
    }
  }
  return probabilities;
}

/** Natural entropy / log(classes) of each row: 0 = sure, 1 = every class as likely. */
export function normalisedEntropy(probabilities: Float32Array, classes: number): Float32Array {
  const entropy = new Float32Array(probabilities.length / classes);
  for (let row = 0; row < entropy.length; row++) {
    let sum = 0;
    for (let c = row * classes; c < (row + 1) * classes; c++) {
      const p = probabilities[c] as number;
      if (p > 0) sum -= p * Math.log(p);
    }
    // Rounding may step over either end.
    entropy[row] = Math.min(1, Math.max(0, sum / Math.log(classes)));
  }
  return entropy;
}
