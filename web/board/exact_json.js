// JSON whose numbers stay what they are. A page holds numbers as doubles, and an id such as 1234567890123456789 would
// come back as another one; where the browser can (JSON.rawJSON), such a number is kept as it is spelled: as an object
// that JSON.stringify writes so, with the spelling as its only member `rawJSON`, and that compares equal to its like.

// No shorter number is changed by reading it.
const longNumber = /[\d.]{16}/;

export function jsonRead(text) {
    const isPlain = JSON.rawJSON === undefined || !longNumber.test(text);
    return isPlain ? JSON.parse(text) : JSON.parse(text, exactly);
}

export function jsonWrite(value) {
    return JSON.stringify(value);
}

export function isExactNumber(value) {
    return value !== null && typeof value === 'object' && JSON.isRawJSON?.(value) === true;
}

function exactly(name, value, { source }) {
    const isRounded = typeof value === 'number' && longNumber.test(source) && String(value) !== source;
    return isRounded ? JSON.rawJSON(source) : value;
}
