// Where a text stops being JSON, and what is wrong there, in words. Browsers tell it each in their own way, and some
// without a place.

import { texts } from './language.js';

const t = texts({
    place: [(line, column, what) => `第 ${line} 行第 ${column} 列：${what}`,
        (line, column, what) => `Line ${line}, column ${column}: ${what}`],
    expected: [(what, found) => `此处应为${what}，却是${found}`,
        (what, found) => `${what} is expected, but there is ${found}`],
    ended: [(what) => `文件到此中断，还缺${what}；文件可能不完整`,
        (what) => `the file ends where ${what} is expected; it may be incomplete`],
    value: ['一个值', 'a value'],
    name: ['双引号中的成员名', 'a name in double quotes'],
    nameOrEnd: ['双引号中的成员名或 }', 'a name in double quotes or }'],
    colon: ['冒号', 'a colon'],
    commaOrBrace: ['逗号或 }', 'a comma or }'],
    commaOrBracket: ['逗号或 ]', 'a comma or ]'],
    end: ['文件结尾', 'the end of the file'],
    comma: ['多了一个逗号', 'one comma too many'],
    comment: ['JSON 中不能有注释', 'JSON has no comments'],
    single: ['文字须用双引号 " 括起', 'texts stand in double quotes'],
    wide: [(found) => `${found} 不是 JSON 的标点，须用英文半角标点`,
        (found) => `${found} is no sign of JSON; use the plain ASCII one`],
    open: ['此处开始的文字没有在本行内用双引号结束', 'the text that begins here is not closed by a double quote in its line'],
    control: [(found) => `文字中有控制字符${found}`, (found) => `the control character ${found} in a text`],
    escape: [(found) => `文字中的${found}不是 JSON 的转义`, (found) => `${found} in a text is no escape of JSON`],
    number: [(found) => `${found}不是 JSON 的数字`, (found) => `${found} is no number of JSON`],
    word: [(found) => `JSON 中没有${found}这个词`, (found) => `the word ${found} means nothing in JSON`],
    deep: [(most) => `嵌套超过 ${most} 层`, (most) => `nested more than ${most} levels deep`],
});

export const depthMax = 128; // as the program has it

class Fault extends Error {
    constructor(at, what) {
        super(what);
        this.at = at;
    }
}

// -> a sentence, or null if the text is JSON.
export function jsonFault(text) {
    const reader = { text, at: 0 };
    try {
        valueRead(reader, 0);
        spaceSkip(reader);
        if (reader.at < text.length)
            throw unexpected(reader, 'end');
        return null;
    } catch (fault) {
        if (!(fault instanceof Fault))
            throw fault;
        const lines = text.slice(0, fault.at).split(/\r\n|\r|\n/);
        return t('place', lines.length, [...lines.at(-1)].length + 1, fault.message);
    }
}

function valueRead(reader, depth) {
    spaceSkip(reader);
    const first = reader.text[reader.at];
    if (first === '{' || first === '[')
        containerRead(reader, depth + 1, first === '{');
    else if (first === '"')
        stringRead(reader);
    else
        wordRead(reader);
}

function containerRead(reader, depth, isObject) {
    if (depth > depthMax)
        throw new Fault(reader.at, t('deep', depthMax));
    const close = isObject ? '}' : ']';
    reader.at++;
    spaceSkip(reader);
    for (let isFirst = true; reader.text[reader.at] !== close; isFirst = false) {
        if (isObject)
            nameRead(reader, isFirst);
        valueRead(reader, depth);
        separatorPass(reader, close);
    }
    reader.at++;
}

// To what follows the comma, or to the bracket that closes.
function separatorPass(reader, close) {
    spaceSkip(reader);
    const comma = reader.at;
    if (reader.text[comma] === close)
        return;
    pass(reader, ',', close === '}' ? 'commaOrBrace' : 'commaOrBracket');
    spaceSkip(reader);
    if (reader.text[reader.at] === close)
        throw new Fault(comma, t('comma'));
}

function nameRead(reader, isFirst) {
    if (reader.text[reader.at] !== '"')
        throw unexpected(reader, isFirst ? 'nameOrEnd' : 'name');
    stringRead(reader);
    spaceSkip(reader);
    pass(reader, ':', 'colon');
}

function stringRead(reader) {
    const special = /["\\]|\p{Cc}/gu;
    special.lastIndex = reader.at + 1;
    for (;;) {
        const found = special.exec(reader.text);
        if (found === null || found[0] === '\n' || found[0] === '\r')
            throw new Fault(reader.at, t('open'));
        if (found[0] === '"')
            break;
        if (found[0] < ' ')
            throw new Fault(found.index, t('control', shown(found[0])));
        if (found[0] === '\\')
            special.lastIndex += escapeLength(reader.text, found.index);
    }
    reader.at = special.lastIndex;
}

// Of what follows the backslash.
function escapeLength(text, at) {
    const [escape] = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at, at + 6)) ?? [];
    if (escape === undefined)
        throw new Fault(at, t('escape', shown(text.slice(at, at + 2))));
    return escape.length - 1;
}

const words = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function wordRead(reader) {
    const pattern = /[-+.\w]+/y;
    pattern.lastIndex = reader.at;
    const [word] = pattern.exec(reader.text) ?? [];
    if (word === undefined)
        throw unexpected(reader, 'value');
    if (!words.test(word))
        throw new Fault(reader.at, t(/^[-+.\d]/.test(word) ? 'number' : 'word', shown(word.slice(0, 30))));
    reader.at += word.length;
}

function spaceSkip(reader) {
    const space = /[ \t\r\n]*/y;
    space.lastIndex = reader.at;
    space.exec(reader.text);
    reader.at = space.lastIndex;
}

function pass(reader, sign, expected) {
    if (reader.text[reader.at] !== sign)
        throw unexpected(reader, expected);
    reader.at++;
}

// With the slips that are made most when JSON is written by hand.
function unexpected({ text, at }, expected) {
    if (at >= text.length)
        return new Fault(at, t('ended', t(expected)));
    const found = String.fromCodePoint(text.codePointAt(at));
    if (/^\/[/*]/.test(text.slice(at, at + 2)))
        return new Fault(at, t('comment'));
    if (found === "'")
        return new Fault(at, t('single'));
    if ('“”‘’，：［］｛｝　'.includes(found))
        return new Fault(at, t('wide', shown(found)));
    return new Fault(at, t('expected', t(expected), shown(found)));
}

// Signs that cannot be seen go by their numbers, and quotation marks stand for themselves.
function shown(text) {
    if (/^["“”‘’]$/.test(text))
        return text;
    return `“${text.replace(/[\p{C}\p{Z}]/gu, numberShown)}”`;
}

function numberShown(sign) {
    return `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
