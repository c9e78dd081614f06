// One pass from tiles to the batch that the network takes: each invocation is one pixel of one item, the mean of the level's
// pixels weighted by overlap, rounded half to even, then normalised. All of it in whole numbers up to the rounding, so
// that it gives what area-average.ts gives, byte for byte; field-tables.ts makes `plan`.

@group(0) @binding(0) var<storage, read> plan: array<u32>;
/** Pixels as RGBA bytes, in pages of 65536. */
@group(0) @binding(1) var<storage, read> atlas: array<u32>;
/** What the network is given for each byte of each channel. */
@group(0) @binding(2) var<storage, read> normalised: array<f32>;
@group(0) @binding(3) var<storage, read_write> batch: array<f32>;

const WHITE = 0xffffffffu;

/** Whole numbers of 64 bits: low word, high word. */
alias wide = vec2<u32>;

fn product(a: u32, b: u32) -> wide {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu);
  let right = (a & 0xffffu) * (b >> 16u);
  let middle = (low >> 16u) + (left & 0xffffu) + (right & 0xffffu);
  let high = (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u) + (middle >> 16u);
  return wide((low & 0xffffu) | (middle << 16u), high);
}

fn sum(a: wide, b: wide) -> wide {
  let low = a.x + b.x;
  return wide(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn isLess(a: wide, b: wide) -> bool {
  return a.y < b.y || (a.y == b.y && a.x < b.x);
}

/** a * times, for products below 2^64. */
fn scaled(a: wide, times: u32) -> wide {
  let low = product(a.x, times);
  return wide(low.x, low.y + a.y * times);
}

/** total / area, 0..255, rounded half to even. */
fn mean(total: wide, area: wide) -> u32 {
  let near = (f32(total.y) * 4294967296.0 + f32(total.x)) / (f32(area.y) * 4294967296.0 + f32(area.x));
  // Off by one at most; halves are compared exactly.
  let k = min(255u, u32(near + 0.5));
  let twice = sum(total, total);
  let above = scaled(area, 2u * k + 1u);
  let isOdd = (k & 1u) == 1u;
  if (isLess(above, twice) || (all(above == twice) && isOdd)) {
    return k + 1u;
  }
  if (k > 0u) {
    let below = scaled(area, 2u * k - 1u);
    if (isLess(twice, below) || (all(twice == below) && isOdd)) {
      return k - 1u;
    }
  }
  return k;
}

/** The level's pixel at two places (tile and pixel within it) of a field. */
fn pixelAt(column: u32, row: u32, tiles: u32, tilesAcross: u32) -> u32 {
  if (column == WHITE || row == WHITE) {
    return WHITE;
  }
  let tile = tiles + 2u * ((row >> 16u) * tilesAcross + (column >> 16u));
  let pages = plan[tile];
  if (pages == WHITE) {
    return WHITE;
  }
  let within = (row & 0xffffu) * plan[tile + 1u] + (column & 0xffffu);
  return atlas[(plan[pages + (within >> 16u)] << 16u) | (within & 0xffffu)];
}

/** Weight of tap `n` of those that begin at `taps`. */
fn weightOf(taps: u32, n: u32, unit: u32) -> u32 {
  if (n == 0u) {
    return plan[taps + 2u];
  }
  return select(unit, plan[taps + 3u], n + 1u == plan[taps + 1u]);
}

fn widthOf(taps: u32, unit: u32) -> u32 {
  let count = plan[taps + 1u];
  if (count < 2u) {
    return plan[taps + 2u];
  }
  return plan[taps + 2u] + plan[taps + 3u] + (count - 2u) * unit;
}

@compute @workgroup_size(8, 8, 1)
fn crop(@builtin(global_invocation_id) id: vec3<u32>) {
  let width = plan[0];
  let height = plan[1];
  if (id.x >= width || id.y >= height) {
    return;
  }
  let to = ((id.z * height + id.y) * width + id.x) * 3u;
  let head = 4u + 10u * id.z;
  if (id.z >= plan[2] || id.x >= plan[head] || id.y >= plan[head + 1u]) {
    batch[to] = 0.0;
    batch[to + 1u] = 0.0;
    batch[to + 2u] = 0.0;
    return;
  }
  let unitX = plan[head + 2u];
  let unitY = plan[head + 3u];
  let tapsX = plan[head + 4u] + 4u * id.x;
  let tapsY = plan[head + 5u] + 4u * id.y;
  let columns = plan[head + 6u] + plan[tapsX];
  let rows = plan[head + 7u] + plan[tapsY];
  var red = wide(0u, 0u);
  var green = wide(0u, 0u);
  var blue = wide(0u, 0u);
  for (var down = 0u; down < plan[tapsY + 1u]; down++) {
    var line = vec3<u32>(0u);
    for (var across = 0u; across < plan[tapsX + 1u]; across++) {
      let pixel = pixelAt(plan[columns + across], plan[rows + down], plan[head + 8u], plan[head + 9u]);
      line += weightOf(tapsX, across, unitX) * vec3<u32>(pixel & 255u, (pixel >> 8u) & 255u, (pixel >> 16u) & 255u);
    }
    let weight = weightOf(tapsY, down, unitY);
    red = sum(red, product(line.x, weight));
    green = sum(green, product(line.y, weight));
    blue = sum(blue, product(line.z, weight));
  }
  let area = product(widthOf(tapsX, unitX), widthOf(tapsY, unitY));
  batch[to] = normalised[mean(red, area)];
  batch[to + 1u] = normalised[256u + mean(green, area)];
  batch[to + 2u] = normalised[512u + mean(blue, area)];
}
