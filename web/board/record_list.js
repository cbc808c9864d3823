// The history records in the document itself, which the page before this one wrote. What a change looks like was left
// to whoever wrote it: it is shown as it is, in as few words as possible.

import { button, element } from './dom.js';
import { locale, texts } from './language.js';
import { valueShown } from './difference_words.js';
import { isObject } from './merge.js';
import { planOf, textOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    meaning: ['旧页面写在文档里的修改记录，新的在上面。', 'What the page before this one wrote into the document, newest first.'],
    none: ['文档中没有修改记录', 'There are no records in the document'],
    more: [(count) => `再显示 ${count} 条`, (count) => `Show ${count} more`],
    create: ['新建', 'Created'],
    update: ['修改', 'Changed'],
    delete: ['删除', 'Deleted'],
    project: ['项目', 'project'],
    task: ['任务', 'task'],
    taskType: ['任务类型', 'task type'],
    separator: ['：', ': '],
    comma: ['、', ', '],
    semicolon: ['；', '; '],
});

const step = 50;
const longest = 400; // characters shown without being asked
const sides = [['from', 'to'], ['before', 'after'], ['old', 'new'], ['oldValue', 'newValue']];

// `count` is how many are shown; `onmore` is called to show more.
export function recordList(document, count, onmore) {
    const records = planOf(document).historyRecords.map(({ item }) => item).toReversed()
        .sort((left, right) => (timeOf(right) ?? 0) - (timeOf(left) ?? 0));
    if (records.length === 0)
        return element('p', { class: 'detail' }, t('none'));
    const next = Math.min(records.length - count, step);
    return element('div', {},
        element('p', { class: 'detail' }, t('meaning')),
        element('ol', { class: 'records' }, records.slice(0, count).map(recordNode)),
        next > 0 ? button({ text: t('more', next), dataset: { key: 'more' } }, () => onmore(count + step)) : null);
}

export const recordsFirst = step;

function recordNode(record) {
    const who = [timeText(record), textOf(record.operator)];
    const what = [wordOf(record.operation), wordOf(record.entityType), textOf(record.entityName)];
    const joined = (parts, separator) => parts.filter((part) => part !== '').join(separator);
    return element('li', { tabindex: '-1' },
        element('p', { class: 'detail' }, joined(who, ' · ')),
        element('p', { class: 'record-what' }, joined(what, ' ')),
        changesNode(changeLines(record.changes)));
}

function wordOf(value) {
    const word = textOf(value);
    return t.has(word) ? t(word) : word;
}

function timeOf({ operatedAt }) {
    const time = new Date(typeof operatedAt === 'number' ? operatedAt : textOf(operatedAt)).getTime();
    return Number.isNaN(time) ? null : time;
}

function timeText(record) {
    const time = timeOf(record);
    return time === null ? textOf(record.operatedAt)
        : new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

function changesNode(lines) {
    const text = lines.join('\n');
    if (text === '')
        return null;
    if (text.length <= longest)
        return element('p', { class: 'record-changes' }, text);
    return element('details', { class: 'record-changes' },
        element('summary', {}, `${text.slice(0, longest / 2)}…`), element('p', {}, text));
}

function changeLines(changes) {
    if (Array.isArray(changes))
        return changes.map(changeText);
    if (isObject(changes) && sidesText('', changes) === null)
        return Object.entries(changes).map(([member, value]) => memberText(member, value));
    return [changeText(changes)].filter((text) => text !== '');
}

// { field: 'progress', oldValue: 10, newValue: 20 } and its like, or anything.
function changeText(change) {
    if (!isObject(change))
        return typeof change === 'object' && change !== null ? JSON.stringify(change) : String(change ?? '');
    const member = textOf(change.field ?? change.member ?? change.key ?? change.name);
    const pair = sidesText(member, change);
    if (pair !== null)
        return member === '' ? pair : `${memberName(member)}${t('separator')}${pair}`;
    return Object.entries(change).map(([name, value]) => memberText(name, value)).join(t('semicolon'));
}

function memberText(member, value) {
    const text = isObject(value) ? sidesText(member, value) ?? JSON.stringify(value) : valueWhole(member, value);
    return `${memberName(member)}${t('separator')}${text}`;
}

function sidesText(member, change) {
    const pair = sides.find((names) => names.every((name) => Object.hasOwn(change, name)));
    return pair === undefined ? null : pair.map((name) => valueWhole(member, change[name])).join(' → ');
}

function valueWhole(member, value) {
    if (Array.isArray(value) && value.every((element) => !isObject(element)))
        return value.map((element) => valueWhole(member, element)).join(t('comma'));
    return typeof value === 'string' && value.length > 10 ? value : valueShown(member, value);
}
