namespace peregrine::wire {}
