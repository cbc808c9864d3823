// One of the lists in the settings: its lines, what moves and removes them, and a line for a new one.

import { dialogOpen } from './dialog.js';
import { button, childrenSet, element } from './dom.js';
import { texts } from './language.js';
import { editTold, noticeShow } from './notices.js';
import { textOf, withItem, withoutItems } from './plan.js';
import { entriesOf, isList, nameProblem, othersCount, settingMake, withItemPlaced } from './settings_plan.js';
import { problemText, SettingsRow } from './settings_row.js';
import { collectionName } from './terms.js';

const t = texts({
    taskTypes: ['类型决定任务条的颜色。停用的类型不再供新任务选择，已有任务保持不变。',
        'A type gives tasks a colour. One that is not in use is not offered for new tasks; old ones keep it.'],
    pmos: ['供项目选择的 PMO。改名会同时更新项目中的姓名。',
        'The PMOs that a project can name. Renaming one renames it in the projects, too.'],
    productManagers: ['供项目选择的产品经理。改名会同时更新项目中的姓名。',
        'The product managers that a project can name. Renaming one renames it in the projects, too.'],
    noList: ['文档中的这一项不是列表，无法在此修改，内容会原样保留。可导出 JSON，改正后再导入。',
        'In the document this is no list. It cannot be changed here and stays as it is; ' +
        'export the JSON, mend it there and import it.'],
    others: [(count) => `另有 ${count} 个条目格式不符，未显示，会原样保留。`,
        (count) => `${count === 1 ? 'One more entry' : `${count} more entries`} of another form: not shown, and kept.`],
    none: ['还没有条目。', 'None yet.'],
    taskTypesNew: ['新任务类型', 'New task type'],
    pmosNew: ['新 PMO', 'New PMO'],
    productManagersNew: ['新产品经理', 'New product manager'],
    newColor: ['新任务类型的颜色', 'Colour of the new task type'],
    add: ['添加', 'Add'],
    added: [(what) => `添加“${what}”`, (what) => `Added “${what}”`],
    moved: [(what) => `调整“${what}”的顺序`, (what) => `Moved “${what}”`],
    place: [(what, place, count) => `“${what}”现为第 ${place} 项，共 ${count} 项`,
        (what, place, count) => `“${what}” is now ${place} of ${count}`],
    deleted: [(what) => `删除“${what}”`, (what) => `Deleted “${what}”`],
    deletedNamed: [(text, count) => `${text}；${count} 个项目仍保留该姓名`,
        (text, count) => `${text}; ${count === 1 ? 'one project still names' : `${count} projects still name`} it`],
    last: ['不能删除最后一个类型：列表为空时，服务器会补回六个默认类型。请先添加别的类型；也可以改名或停用。',
        'The last type cannot be deleted: where there is none, the server puts its six usual types in. ' +
        'Add another one first, or rename this one or take it out of use.'],
    usedTitle: [(what) => `删除类型“${what}”？`, (what) => `Delete the type “${what}”?`],
    used: [(count) => `有 ${count} 个任务属于该类型。停用后，它不再供新任务选择，这些任务保持不变。`,
        (count) => `${count === 1 ? 'One task is' : `${count} tasks are`} of this type. ` +
            'Taken out of use, it is not offered for new tasks, and nothing else changes.'],
    usedDelete: ['删除后，这些任务仍保留类型的名称和颜色，但以后无法再统一修改。',
        'Deleted, the tasks keep its name and colour, but these can no longer be changed for all of them at once.'],
    switchOff: ['停用', 'Take out of use'],
    deleteAnyway: ['仍然删除', 'Delete'],
});

// Colours for new types: those of the six usual types, then others that are told apart from these.
const palette = ['#1890ff', '#52c41a', '#faad14', '#f5222d', '#722ed1', '#13c2c2', '#eb2f96', '#a0d911', '#fa541c',
    '#2f54eb', '#8c6d46', '#607d8b'];

const presets = 'settings-presets';

export function presetsNode() {
    return element('datalist', { id: presets }, palette.map((value) => element('option', { value })));
}

export class SettingsList {
    node;
    #keeper;
    #collection;
    #rows = new Map();  // by key
    #list = element('ul', { class: 'settings-list' });
    #none = element('p', { class: 'detail' }, t('none'));
    #noList = element('p', { class: 'settings-wrong' }, t('noList'));
    #others = element('p', { class: 'settings-wrong' });
    #said = element('p', { class: 'hidden-text', role: 'status' });
    #color = null;      // of the new type
    #name;
    #problem;
    #form;

    constructor(keeper, collection) {
        this.#keeper = keeper;
        this.#collection = collection;
        this.#form = this.#formMake();
        const heading = element('h2', { id: `settings-${collection}` }, collectionName(collection));
        this.node = element('section', { class: 'card settings-section', 'aria-labelledby': heading.id }, heading,
            element('p', { class: 'detail' }, t(collection)),
            this.#noList, this.#list, this.#none, this.#others, this.#form, this.#said);
        this.#colorOffer();
    }

    #formMake() {
        const label = t(`${this.#collection}New`);
        const id = `settings-${this.#collection}-problem`;
        this.#problem = element('p', { class: 'settings-problem', id, role: 'alert' });
        this.#name = element('input', {
            type: 'text', autocomplete: 'off', placeholder: label, 'aria-label': label, 'aria-describedby': id,
            oninput: () => this.#problemShow(null),
        });
        if (this.#collection === 'taskTypes')
            this.#color = element('input', { type: 'color', list: presets, 'aria-label': t('newColor') });
        return element('form', { class: 'settings-add', novalidate: true, onsubmit: (event) => this.#add(event) },
            this.#color, element('div', { class: 'settings-name' }, this.#name, this.#problem),
            button({ icon: 'add', text: t('add'), type: 'submit' }));
    }

    update() {
        const document = this.#keeper.document;
        const isUsable = isList(document, this.#collection);
        const entries = entriesOf(document, this.#collection);
        const others = othersCount(document, this.#collection);
        this.#noList.hidden = isUsable;
        this.#form.hidden = this.#list.hidden = !isUsable;
        this.#none.hidden = !isUsable || entries.length > 0;
        this.#others.hidden = others === 0;
        this.#others.textContent = t('others', others);
        this.#rowsSet(entries);
    }

    // An entry without an id has another key after each change; its line is then one that has lost its entry.
    #rowsSet(entries) {
        const keys = new Set(entries.map(({ key }) => key));
        const spare = this.#ordered.filter(({ entry }) => !keys.has(entry.key) && !hasId(entry));
        const rows = entries.map((entry) => this.#rows.get(entry.key) ?? (hasId(entry) ? null : spare.shift()) ??
            new SettingsRow(this.#keeper, this.#collection, this));
        childrenSet(this.#list, rows.map(({ node }) => node));
        rows.forEach((row, index) => row.update(entries[index], index === 0, index === rows.length - 1));
        this.#rows = new Map(entries.map(({ key }, index) => [key, rows[index]]));
    }

    get #ordered() {
        return [...this.#rows.values()];
    }

    moveBy(row, step) {
        this.moveTo(row, this.#ordered[this.#ordered.indexOf(row) + step].node);
    }

    moveTo(row, node) {
        const { key } = row.entry;
        const target = this.#ordered.find((one) => one.node === node);
        // It can be gone: others edit, too.
        if (target === undefined)
            return;
        this.#keeper.edit(t('moved', row.what), (document) =>
            withItemPlaced(document, this.#collection, key, target.entry.key));
        this.#said.textContent = t('place', row.what, this.#ordered.indexOf(row) + 1, this.#ordered.length);
    }

    remove(row) {
        const isType = this.#collection === 'taskTypes';
        const { length } = row.users;
        if (isType && this.#rows.size === 1)
            noticeShow(t('last'), { isFailure: true });
        else if (isType && length > 0)
            this.#removeAsk(row, length);
        else
            this.#focusAt(this.#removeNow(row, length));
    }

    // Of a type that tasks have: taking it out of use is mostly what is meant.
    #removeAsk(row, count) {
        let place = null;
        const off = { text: t('switchOff'), kind: 'primary', run: () => row.enable(false) };
        const anyway = { text: t('deleteAnyway'), kind: 'danger', run: () => { place = this.#removeNow(row, 0); } };
        dialogOpen({
            title: t('usedTitle', row.what),
            body: [element('p', {}, t('used', count)), element('p', {}, t('usedDelete'))],
            buttons: row.entry.item.enabled !== false ? [off, anyway] : [anyway],
            onclose: () => place !== null && this.#focusAt(place),
        });
    }

    // -> the place that the row had.
    #removeNow(row, namedBy) {
        const place = this.#ordered.indexOf(row);
        const text = t('deleted', row.what);
        editTold(this.#keeper, text, (document) => withoutItems(document, this.#collection, [row.entry.key]),
            namedBy > 0 ? t('deletedNamed', text, namedBy) : text);
        return place;
    }

    // Where a row was, the focus goes on to the next one.
    #focusAt(place) {
        const row = this.#ordered[Math.min(place, this.#rows.size - 1)];
        if (row !== undefined)
            row.removeFocus();
        else
            this.#name.focus();
    }

    #add(event) {
        event.preventDefault();
        const name = this.#name.value.trim();
        const problem = nameProblem(this.#keeper.document, this.#collection, null, name);
        this.#problemShow(problem);
        this.#name.focus();
        if (problem !== null)
            return;
        const item = settingMake(this.#collection, name, this.#color?.value);
        this.#name.value = '';
        this.#keeper.edit(t('added', name), (document) => withItem(document, this.#collection, item));
        this.#colorOffer();
    }

    // One of the palette that no type has yet.
    #colorOffer() {
        if (this.#color === null)
            return;
        const types = entriesOf(this.#keeper.document, this.#collection);
        const used = new Set(types.map(({ item }) => textOf(item.color).toLowerCase()));
        this.#color.value = palette.find((color) => !used.has(color)) ?? palette[0];
    }

    #problemShow(problem) {
        this.#problem.textContent = problemText(problem);
        this.#name.setAttribute('aria-invalid', String(problem !== null));
    }
}

// Of the kinds that merge.js knows an item by.
function hasId({ item }) {
    return ['string', 'number'].includes(typeof item.id);
}
