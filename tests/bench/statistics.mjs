// What stands for several measurements of the same.

export function mean(values) {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values) {
    return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}
