// Whether a file holds a document that can take the place of the present one. What the page or the server could not
// work with, or would show as something else than the file says, is an error; what is only odd, and what the page
// itself can come to hold, is a warning. Members that nobody knows are as good as any.

import { dayOf } from './dates.js';
import { isExactNumber, jsonRead, jsonWrite } from './exact_json.js';
import { namesShown, sizeShown, texts } from './language.js';
import { isObject } from './merge.js';
import { collections, planOf, statuses, textOf } from './plan.js';

const t = texts({
    at: [(where, what) => `${where}：${what}`, (where, what) => `${where}: ${what}`],
    named: [(where, name) => `${where}（${name}）`, (where, name) => `${where} (${name})`],
    quoted: [(text) => `“${text}”`, (text) => `'${text}'`],
    unreadable: ['浏览器无法读取此文件；请重新选择', 'The browser cannot read this file; choose it once more'],
    notUtf8: ['文件的编码不是 UTF-8（可能是 GB18030 或 UTF-16）；请在编辑器中另存为 UTF-8 后再导入',
        'The file is not encoded in UTF-8 (but perhaps in GB18030 or UTF-16); save it as UTF-8 in an editor, ' +
            'then import it'],
    notJson: [(why) => `文件不是有效的 JSON：${why}`, (why) => `The file is no valid JSON: ${why}`],
    large: [(size, most) => `文件有 ${size}，超过了 ${most} 的上限`,
        (size, most) => `The file has ${size}; at most ${most} can be saved`],
    unrelated: [(names) => `这不是排期文档：其中没有 ${names} 中的任何一项`, (names) => `This is no schedule: it has none of ${names}`],
    deep: [(most) => `嵌套超过 ${most} 层`, (most) => `nested more than ${most} levels deep`],
    halfSign: ['有残缺的字符（单个代理项）', 'has half a character (a lone surrogate)'],
    number: ['数字过大', 'is too large a number'],
    wrong: [(what, value, wanted) => `${what} 为${value}，应为${wanted}`,
        (what, value, wanted) => `${what} is ${value}, but should be ${wanted}`],
    object: ['对象', 'an object'],
    list: ['列表', 'a list'],
    day: ['有效日期', 'a day'],
    status: [(names) => ` ${names} 之一`, (names) => `one of ${names}`],
    percent: [' 0 到 100 的数字', 'a number from 0 to 100'],
    noId: ['缺少 id', 'has no id'],
    repeated: [(id, first) => `id ${id}与 ${first} 重复`, (id, first) => `has the id ${id}, as ${first} does`],
    noName: ['没有名称', 'has no name'],
    backwards: ['结束日期早于开始日期', 'ends before it begins'],
    stray: [(id) => `没有 id 为${id}的项目；将显示为不属于任何项目的任务`,
        (id) => `its project ${id} is not in the file; it is shown as a task without a project`],
    noTypes: ['文件中没有任务类型；保留现有的', 'The file has no task types; the present ones stay'],
});

// What the server takes, unless it was set up otherwise.
const sizeMax = 16 * 2 ** 20;
const depthMax = 128;

// Of a file, or any Blob -> { document, errors, warnings }: sentences; without a document if there are errors.
export async function documentRead(file) {
    // Nobody has to read it to know; what is smaller may be indented.
    if (file.size > 8 * sizeMax)
        return refused(tooLarge(file.size));
    let document;
    try {
        // Passes over a byte order mark.
        document = jsonRead(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()));
    } catch (error) {
        return refused(refusalText(error));
    }
    const { errors, warnings } = documentCheck(document);
    return { document: errors.length > 0 ? null : document, errors, warnings };
}

function refused(error) {
    return { document: null, errors: [error], warnings: [] };
}

function refusalText(error) {
    if (error instanceof SyntaxError)
        return t('notJson', error.message);
    if (error instanceof RangeError) // by exact_json.js, which descends where JSON.parse does not
        return t('deep', depthMax);
    // A file can have gone since it was chosen.
    return error instanceof DOMException ? t('unreadable') : t('notUtf8');
}

function tooLarge(size) {
    return t('large', sizeShown(size), sizeShown(sizeMax));
}

export function documentCheck(document) {
    if (!isObject(document) || !collections.some((name) => Object.hasOwn(document, name)))
        return { errors: [t('unrelated', namesShown(collections))], warnings: [] };
    const found = { errors: [], warnings: [] };
    valueCheck(document, '', 1, found.errors);
    for (const collection of collections.filter((name) => Object.hasOwn(document, name)))
        collectionCheck(document, collection, found);
    // What is nested too deep cannot be written.
    const size = found.errors.length > 0 ? 0 : new TextEncoder().encode(jsonWrite(document)).length;
    if (size > sizeMax)
        found.errors.push(tooLarge(size));
    if (!Array.isArray(document.taskTypes) || document.taskTypes.length === 0)
        found.warnings.push(t('noTypes'));
    return found;
}

// What is JSON, but cannot be saved.
function valueCheck(value, where, depth, errors) {
    const error = (what) => errors.push(t('at', excerpt(where), what));
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value))
        error(t('halfSign'));
    else if (typeof value === 'number' && !Number.isFinite(value))
        error(t('number'));
    if (value === null || typeof value !== 'object' || isExactNumber(value))
        return;
    if (depth > depthMax) {
        error(t('deep', depthMax));
        return;
    }
    for (const [name, member] of Object.entries(value)) {
        const place = Array.isArray(value) ? `${where}[${name}]` : where === '' ? name : `${where}.${name}`;
        valueCheck(name, place, depth, errors);
        valueCheck(member, place, depth + 1, errors);
    }
}

function collectionCheck(document, collection, { errors, warnings }) {
    const places = new Map();
    const strays = new Set(planOf(document).strays.map(({ item }) => item));
    objectsCheck(document[collection], collection, (what) => errors.push(what), (item, place) => {
        const name = textOf(item.name).trim();
        const label = name === '' ? place : t('named', place, excerpt(name));
        const error = (what) => errors.push(t('at', label, what));
        const warning = (what) => warnings.push(t('at', label, what));
        // Records are only shown: they need no id that tells them apart.
        idCheck(item.id, place, places, collection === 'historyRecords' ? warning : error);
        if (collection === 'projects' || collection === 'tasks')
            scheduleCheck(item, error, warning);
        if (collection === 'tasks')
            taskCheck(item, strays, error, warning);
    });
}

// `check` is given each object of a list and its place.
function objectsCheck(list, place, error, check) {
    if (!Array.isArray(list)) {
        error(t('wrong', place, quoted(list), t('list')));
        return;
    }
    for (const [index, item] of list.entries()) {
        const itsPlace = `${place}[${index}]`;
        if (isObject(item))
            check(item, itsPlace);
        else
            error(t('wrong', itsPlace, quoted(item), t('object')));
    }
}

function idCheck(id, place, places, report) {
    const text = textOf(id);
    if (text === '')
        report(t('noId'));
    else if (places.has(text))
        report(t('repeated', quoted(id), places.get(text)));
    else
        places.set(text, place);
}

function scheduleCheck(item, error, warning) {
    membersCheck(item, ['startDate', 'endDate'], '', error);
    if (textOf(item.name).trim() === '')
        warning(t('noName'));
    const [start, end] = [dayOf(item.startDate), dayOf(item.endDate)];
    if (start !== null && end !== null && end < start)
        warning(t('backwards'));
}

function taskCheck(task, strays, error, warning) {
    if (strays.has(task))
        warning(t('stray', quoted(task.projectId ?? null)));
    if (isGiven(task.dailyRecords))
        objectsCheck(task.dailyRecords, 'dailyRecords', error, (record, place) =>
            membersCheck(record, ['date'], `${place}.`, error));
}

// `days` are the members that are days.
function membersCheck(item, days, prefix, error) {
    const check = (member, isRight, wanted) => {
        if (isGiven(item[member]) && !isRight(item[member]))
            error(t('wrong', prefix + member, quoted(item[member]), wanted));
    };
    for (const day of days)
        check(day, (value) => dayOf(value) !== null, t('day'));
    check('status', (value) => statuses.includes(value), t('status', namesShown(statuses)));
    check('progress', isPercent, t('percent'));
}

function isPercent(value) {
    const text = textOf(value).trim();
    return text !== '' && Number(text) >= 0 && Number(text) <= 100;
}

function isGiven(value) {
    return value !== undefined && value !== null && value !== '';
}

function quoted(value) {
    if (isObject(value) || Array.isArray(value))
        return t(isObject(value) ? 'object' : 'list');
    const text = excerpt(textOf(value) || String(value));
    return typeof value === 'string' ? t('quoted', text) : text;
}

function excerpt(text) {
    const signs = [...text.trim().slice(0, 100)];
    return signs.length > 40 ? `${signs.slice(0, 40).join('')}…` : signs.join('');
}
