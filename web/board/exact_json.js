// JSON whose numbers stay what they are. A page holds numbers as doubles, and an id such as 1234567890123456789 would
// come back as another one; where the browser can (JSON.rawJSON), such a number is kept as it is spelled: as an object
// that JSON.stringify writes so, with the spelling as its only member `rawJSON`. `same` of merge.js compares them.

// No other number is changed by reading it.
const fragile = /[\d.]{16}|[eE]\+?\d{3}/;

// What JSON.stringify makes of half a surrogate pair, with the escaped backslashes before it.
const halfPair = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

export function jsonRead(text) {
    const isPlain = JSON.rawJSON === undefined || !fragile.test(text);
    return isPlain ? JSON.parse(text) : JSON.parse(text, exactly);
}

// Half a surrogate pair, as pasting can leave one, is no text; the server would refuse all of it.
export function jsonWrite(value) {
    const text = JSON.stringify(value);
    return text.includes('\\ud') ? text.replace(halfPair, '$1\ufffd') : text;
}

export function isExactNumber(value) {
    return value !== null && typeof value === 'object' && JSON.isRawJSON?.(value) === true;
}

function exactly(name, value, { source }) {
    const isRounded = typeof value === 'number' && fragile.test(source) && String(value) !== source;
    return isRounded ? JSON.rawJSON(source) : value;
}
