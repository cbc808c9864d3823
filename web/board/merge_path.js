// The paths of conflicts (merge.js): JSON pointers in which an element of an array goes by its id, or by all of
// itself, such as "/tasks/task-1/progress". Items can come, go and move meanwhile; a path finds what is there now.

import { elementsKeyed, isObject, keyShown } from './merge.js';

export function pathTokens(path) {
    return path.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

// undefined, if there is none.
export function valueAt(document, tokens) {
    return tokens.reduce((value, token) => partOf(value, token), document);
}

// Whether a value can be put there, be it in place of another one or not.
export function isPlace(document, tokens) {
    const parent = valueAt(document, tokens.slice(0, -1));
    return isObject(parent) || Array.isArray(parent);
}

// The document with another value there, undefined removes what is there; the document itself, if what the value would
// be a part of is gone.
export function withValueAt(document, tokens, value) {
    return isPlace(document, tokens) ? withPart(document, tokens, value) : document;
}

function partOf(value, token) {
    if (Array.isArray(value))
        return value[placeOf(value, token)];
    return isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}

// Of an array that was seen before, the places of its elements by what paths show of them.
const places = new WeakMap();

// undefined, if it is not there; -1, if paths cannot tell it from another.
function placeOf(array, token) {
    if (!places.has(array)) {
        const shown = [...elementsKeyed(array).keys()].map(keyShown);
        const found = new Map(shown.map((name, place) => [name, place]));
        for (const name of shown.filter((one, place) => found.get(one) !== place))
            found.set(name, -1);
        places.set(array, found);
    }
    return places.get(array).get(token);
}

function withPart(whole, [token, ...rest], value) {
    const part = rest.length === 0 ? value : withPart(partOf(whole, token), rest, value);
    return Array.isArray(whole) ? withElement(whole, token, part) : withMember(whole, token, part);
}

// In the place of the one it replaces, or at the end.
function withElement(array, token, element) {
    const place = placeOf(array, token);
    if (place === -1)
        return array;
    if (element === undefined)
        return array.filter((_, index) => index !== place);
    return place === undefined ? [...array, element] : array.with(place, element);
}

function withMember(object, name, value) {
    if (value !== undefined)
        return { ...object, [name]: value };
    return Object.fromEntries(Object.entries(object).filter(([member]) => member !== name));
}
