// The dialog in which a task or a project is edited. It writes the members that the person changed, and no others, to
// the item as it is when it is saved; what others do to the item meanwhile shows in the fields (form_fields.js).

import { dialogOpen } from './dialog.js';
import { element, icon } from './dom.js';
import { texts } from './language.js';
import { noticeShow } from './notices.js';
import { planOf, textOf, withItem, withMembers } from './plan.js';
import { unnamed } from './terms.js';

const t = texts({
    save: ['保存', 'Save'],
    add: ['添加', 'Add'],
    addAgain: ['重新添加', 'Add it again'],
    duplicate: ['创建副本', 'Duplicate'],
    remove: ['删除', 'Delete'],
    added: [(name) => `添加“${name}”`, (name) => `Added ${name}`],
    edited: [(name) => `修改“${name}”`, (name) => `Changed ${name}`],
    gone: ['他人已将此项删除。可以按这里的内容重新添加。', 'Others have deleted this. You can add it again as it is here.'],
    notThere: ['此项已不存在', 'This is not there any more'],
    discardAsk: ['放弃修改？', 'Discard changes?'],
    discardWhat: ['这里的修改还没有保存。', 'What you changed here is not saved.'],
    discard: ['放弃修改', 'Discard'],
    stay: ['继续编辑', 'Keep editing'],
});

// Edits the item of a key. `formOf(entry)` gives { title, fields, body, duplicate, remove, again }: `duplicate` and
// `remove` are called without anything, and `again(document, entry)` brings back what went with the item when others
// deleted it.
export function itemEdit(keeper, collection, key, formOf) {
    const entry = planOf(keeper.document)[collection].find((one) => one.key === key);
    if (entry === undefined)
        noticeShow(t('notThere'));
    else if (!isOpen())
        new ItemForm(keeper, collection, entry, formOf(entry)).open();
}

// Adds an item, which begins as `draft`. `form` is { title, fields, body }.
export function itemAdd(keeper, collection, draft, form) {
    if (!isOpen())
        new ItemForm(keeper, collection, { key: null, item: draft }, form).open();
}

// The fields in columns; where the window is narrow, below each other.
export function columns(...columnsOfFields) {
    return element('div', { class: 'editor-columns' }, columnsOfFields.map((fields) =>
        element('div', { class: 'editor-column' }, fields.map(({ node }) => node))));
}

// Two fields side by side.
export function side(...fields) {
    return { node: element('div', { class: 'editor-side' }, fields.map(({ node }) => node)) };
}

// Whether the person has more than a finger: then a field can have the focus at once, and no keyboard covers the rest.
export function isPrecise() {
    return matchMedia('(pointer: fine)').matches;
}

// A double click does not ask for two dialogs.
function isOpen() {
    return document.querySelector('dialog.editor') !== null;
}

class ItemForm {
    #keeper;
    #collection;
    #entry;             // as the document had it last
    #form;
    #dialog;
    #isGone = false;    // deleted by others
    #banner = element('div', { class: 'editor-banner', role: 'alert' });
    #onArrival = () => this.#arrive();
    #onLeaving = (event) => this.#isTouched && event.preventDefault();

    constructor(keeper, collection, entry, form) {
        this.#keeper = keeper;
        this.#collection = collection;
        this.#entry = entry;
        this.#form = form;
        for (const field of form.fields)
            field.show(entry.item[field.member]);
    }

    get #isNew() {
        return this.#entry.key === null;
    }

    get #isTouched() {
        return this.#form.fields.some((field) => field.isTouched);
    }

    open() {
        this.#dialog = dialogOpen({
            title: this.#form.title, class: 'editor', body: [this.#banner, this.#form.body],
            buttons: [{ text: this.#isNew ? t('add') : t('save'), kind: 'primary', run: () => this.#save() },
                ...this.#isNew ? [] : this.#asides()],
            check: () => this.#check(),
            mayClose: () => this.#mayLeave(() => this.#dialog.close()),
            onclose: () => this.#closed(),
        });
        this.#keeper.addEventListener('change', this.#onArrival);
        window.addEventListener('beforeunload', this.#onLeaving);
    }

    #asides() {
        const duplicate = () => {
            this.#dialog.close();
            this.#form.duplicate();
        };
        return [
            { text: t('remove'), icon: 'remove', kind: 'danger', isAside: true, run: () => this.#form.remove() },
            { text: t('duplicate'), icon: 'copy', isAside: true, run: () => this.#mayLeave(duplicate) && duplicate() },
        ];
    }

    #closed() {
        this.#keeper.removeEventListener('change', this.#onArrival);
        window.removeEventListener('beforeunload', this.#onLeaving);
    }

    // Whether nothing would be lost; else asks, and does what was wanted if the person says so.
    #mayLeave(wanted) {
        if (!this.#isTouched)
            return true;
        dialogOpen({
            title: t('discardAsk'), body: element('p', {}, t('discardWhat')), class: 'editor-question',
            cancel: t('stay'),
            buttons: [{ text: t('discard'), kind: 'danger', run: wanted }],
        });
        return false;
    }

    #check() {
        const faults = this.#form.fields.map((field) => field.check(this.#isNew));
        const first = faults.find((control) => control !== null);
        if (first === undefined)
            return true;
        for (let details = first.closest('details'); details !== null; details = details.parentNode.closest('details'))
            details.open = true;
        first.focus();
        return false;
    }

    // -> whether the dialog may close.
    #save() {
        const changed = this.#form.fields.filter((field) => field.isTouched);
        const members = Object.fromEntries(changed.map((field) => [field.member, field.written()]));
        const name = textOf(members.name ?? this.#entry.item.name) || unnamed();
        const isAdded = this.#isNew || this.#isGone;
        try {
            this.#keeper.edit(t(isAdded ? 'added' : 'edited', name), (plan) => isAdded ? this.#withAdded(plan, members)
                : withMembers(plan, this.#collection, this.#entry.key, members));
        } catch (error) {
            if (!(error instanceof TypeError))
                throw error;
            this.#banner.replaceChildren(icon('warning'), error.message);
            return false;
        }
        return true;
    }

    #withAdded(plan, members) {
        const grown = withItem(plan, this.#collection, { ...this.#entry.item, ...members });
        return this.#isGone ? this.#form.again(grown, this.#entry) : grown;
    }

    #arrive() {
        if (this.#isNew)
            return;
        const entry = planOf(this.#keeper.document)[this.#collection].find(({ key }) => key === this.#entry.key);
        this.#goneSet(entry === undefined);
        if (entry === undefined)
            return;
        this.#entry = entry;
        for (const field of this.#form.fields)
            field.arrive(entry.item[field.member]);
    }

    #goneSet(isGone) {
        if (isGone === this.#isGone)
            return;
        this.#isGone = isGone;
        const [save, ...asides] = this.#dialog.choices;
        this.#banner.replaceChildren(...isGone ? [icon('warning'), t('gone')] : []);
        save.textContent = isGone ? t('addAgain') : t('save');
        for (const aside of asides)
            aside.disabled = isGone;
    }
}
