namespace peregrine::record {}
