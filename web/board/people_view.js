// The people: who is on what, day by day, and who is on too much. Which days, and what counts, is in the address.

import { parametersChange, parameterValue, viewOpen } from './address.js';
import { dayOf, dayText, mondayOf, periodShown, today } from './dates.js';
import { field, select } from './dialog.js';
import { button, childrenSet, element, textSet } from './dom.js';
import { texts } from './language.js';
import { PeopleGrid, personShown, weekendShown } from './people_grid.js';
import { PeopleTasks } from './people_tasks.js';
import { namesOf, planOf, textOf } from './plan.js';
import { countShown, nameOf } from './terms.js';
import { levelOf, nobody, workloadOf } from './workload.js';

const t = texts({
    people: ['人员', 'People'],
    before: ['上一时段', 'Earlier'],
    after: ['下一时段', 'Later'],
    today: ['今天', 'Today'],
    weeks: ['时间范围', 'Range'],
    weeksMany: [(count) => `${count} 周`, (count) => `${count} weeks`],
    options: ['选项', 'Options'],
    project: ['项目', 'Project'],
    allProjects: ['全部项目', 'All projects'],
    search: ['查找姓名', 'Find a name'],
    limit: ['超载', 'Overload'],
    limitMany: [(tasks) => `超过 ${tasks}`, (tasks) => `over ${tasks}`],
    sort: ['排序', 'Sort'],
    sortName: ['按姓名', 'by name'],
    sortLoad: ['按负载', 'by load'],
    summary: [(people, over) => `${people} 人，${over} 人超载`,
        (people, over) => `${people === 1 ? '1 person' : `${people} people`}, ${over} overloaded`],
    legend: ['同时进行的任务', 'Tasks at a time'],
    legendOver: ['超载', 'overloaded'],
    nothing: ['尚未为任务指定负责人', 'Nobody is on a task yet'],
    nothingHow: ['在排期中打开任务并填写负责人，这里就会显示每个人每天的工作量。',
        'Open a task in the schedule and give it assignees: then this shows how much each of them has on each day.'],
    toSchedule: ['打开排期', 'Open the schedule'],
    noMatch: ['没有符合条件的人员', 'No person matches'],
    showAll: ['显示全部', 'Show all'],
});

const weekChoices = [4, 8, 13];
const limitChoices = [1, 2, 3, 4, 5];
const limitUsual = 2;

export function peopleView(keeper) {
    const tasks = new PeopleTasks(keeper);
    let range = null;
    const grid = new PeopleGrid((row, first, last, anchor) => tasks.open(row, first, last, anchor, range));
    const tools = toolsMake();
    const content = element('div', { class: 'people-content' });
    const [nothing, noMatch] = [nothingNode(), noMatchNode()];
    const foot = footMake();
    const node = element('section', { class: 'people', 'aria-label': t('people') },
        tools.node, content, foot.node, tasks.node);
    const update = () => {
        range = rangeChosen(keeper.document);
        const rows = workloadOf(keeper.document, range).filter(({ name }) => isFound(name, range.search));
        tools.update(range, keeper.document);
        if (!hasPeople(keeper.document)) {
            childrenSet(content, [nothing]);
        } else if (rows.length === 0) {
            childrenSet(content, [noMatch]);
        } else {
            childrenSet(content, [grid.node]);
            grid.update(rows, range);
        }
        foot.update(rows, range);
        tasks.update(rows, range);
    };
    return { node, update, close() {} };
}

// What the address says: the days, what counts, and how the people are sorted.
function rangeChosen(document) {
    const weeks = numberChosen('weeks', weekChoices, weekChoices[0]);
    const project = parameterValue('project');
    return {
        start: mondayOf(dayOf(parameterValue('from')) ?? today()),
        weeks,
        days: weeks * 7,
        limit: numberChosen('limit', limitChoices, limitUsual),
        project: planOf(document).projects.some(({ item }) => textOf(item.id) === project) ? project : '',
        search: parameterValue('q'),
        sort: parameterValue('sort') === 'load' ? 'load' : 'name',
    };
}

function numberChosen(name, choices, usual) {
    const number = Number(parameterValue(name));
    return choices.includes(number) ? number : usual;
}

function isFound(name, search) {
    return personShown(name).toLowerCase().includes(search.trim().toLowerCase());
}

function hasPeople(document) {
    return planOf(document).tasks.some(({ item }) => namesOf(item.assignees).length > 0);
}

// -> { node, update }: what the range is chosen by.
function toolsMake() {
    let range = null;
    const period = element('h2', { class: 'people-period' });
    const fields = fieldsMake();
    const options = element('div', { class: 'people-options', id: 'people-options' }, fields.map(({ node }) => node));
    const opener = button({ icon: 'filter', text: t('options'), class: 'people-opener', 'aria-controls': options.id,
        'aria-expanded': 'false' }, () => opener.setAttribute('aria-expanded', options.classList.toggle('open')));
    const shift = (direction) => parametersChange({ from: dayText(range.start + direction * range.days) });
    const node = element('div', { class: 'people-tools' },
        element('div', { class: 'people-walk' },
            button({ icon: 'chevronLeft', label: t('before') }, () => shift(-1)),
            button({ text: t('today') }, () => parametersChange({ from: null })),
            button({ icon: 'chevronRight', label: t('after') }, () => shift(1)),
            period, opener),
        options);
    const update = (now, document) => {
        range = now;
        textSet(period, periodShown(range.start, range.start + range.days - 1));
        for (const one of fields)
            one.update(range, document);
    };
    return { node, update };
}

// -> [{ node, update }]
function fieldsMake() {
    const weeks = weekChoices.map((count) => [String(count), t('weeksMany', count)]);
    const limits = limitChoices.map((count) => [String(count), t('limitMany', countShown('tasks', count))]);
    const sorts = [['name', t('sortName')], ['load', t('sortLoad')]];
    return [
        choiceMake('weeks', weeks, String(weekChoices[0])), projectMake(),
        choiceMake('limit', limits, String(limitUsual)), choiceMake('sort', sorts, 'name'), searchMake(),
    ];
}

// The usual value is not in the address.
function choiceMake(name, choices, usual) {
    const control = select(choices, usual, {
        onchange: () => parametersChange({ [name]: control.value === usual ? null : control.value }),
    });
    const update = (range) => { control.value = range[name]; };
    return { node: field(t(name), control), control, update };
}

// Of the projects that the address can name.
function projectMake() {
    const { node, control, update } = choiceMake('project', [], '');
    let shown = null;
    return {
        node,
        update(range, document) {
            const projects = planOf(document).projects.map(({ item }) => [textOf(item.id), nameOf(item)]);
            const choices = [['', t('allProjects')], ...projects.filter(([id]) => id !== '')];
            const key = JSON.stringify(choices);
            if (key !== shown)
                control.replaceChildren(...select(choices, '').options);
            shown = key;
            update(range);
        },
    };
}

function searchMake() {
    const input = element('input', { type: 'search', placeholder: t('search'), 'aria-label': t('search'),
        oninput: () => parametersChange({ q: input.value }) });
    const update = ({ search }) => {
        if (input.value !== search)
            input.value = search;
    };
    return { node: input, update };
}

// -> { node, update }: what the colours mean, and how many people the table is about.
function footMake() {
    const legend = element('p', { class: 'people-legend' });
    const summary = element('p', { role: 'status' });
    const update = (rows, { limit }) => {
        legend.replaceChildren(...legendNodes(limit));
        const people = rows.filter(({ name }) => name !== nobody);
        textSet(summary, t('summary', people.length, people.filter(({ overloads }) => overloads > 0).length));
    };
    return { node: element('div', { class: 'people-foot' }, legend, summary), update };
}

function legendNodes(limit) {
    const words = (text) => element('span', {}, text);
    const sample = (text, level) => element('span', { class: 'people-sample', dataset: { level } }, text);
    return [
        words(t('legend')), ...[...new Set([1, limit])].map((count) => sample(count, levelOf(count, limit))),
        sample(limit + 1, 'over'), words(t('legendOver')),
        element('span', { class: 'people-sample weekend' }), words(weekendShown()),
    ];
}

function nothingNode() {
    return element('div', { class: 'placeholder' }, element('h2', {}, t('nothing')), element('p', {}, t('nothingHow')),
        element('p', {}, button({ text: t('toSchedule'), class: 'primary' }, () => viewOpen('schedule'))));
}

function noMatchNode() {
    return element('div', { class: 'placeholder' }, element('p', {}, t('noMatch')),
        button({ text: t('showAll') }, () => parametersChange({ q: null, project: null })));
}
