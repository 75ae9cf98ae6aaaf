namespace peregrine::report {}
