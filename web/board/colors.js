// Colours of a document as fills with text on them.

const shortest = /^#([0-9a-f])([0-9a-f])([0-9a-f])[0-9a-f]?$/i;
const longest = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?$/i;

// The colour of a task type, "#1890ff": safe to hand to a style, for documents hold what they will, and without
// transparency, for what lies below would change what can be read on it.
export function colorOf(type) {
    return `#${partsOf(type.color).map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

// Black or white, whichever can be read better on such a colour. One of them always can: their contrasts multiply to
// 21, so the better one is above 4.5.
export function inkOn(color) {
    const light = luminance(color);
    return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? '#000000' : '#ffffff';
}

// As WCAG defines it.
function luminance(color) {
    const [red, green, blue] = partsOf(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// A grey for what is no colour.
function partsOf(color) {
    const text = typeof color === 'string' ? color : '';
    const short = shortest.exec(text);
    const digits = short ? short.slice(1).map((digit) => digit + digit) : longest.exec(text)?.slice(1);
    return (digits ?? ['8c', '8c', '8c']).map((part) => Number.parseInt(part, 16));
}
